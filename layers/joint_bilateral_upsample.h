#pragma once
#include "core/tensor.h"

namespace huegrad {

struct JointBilateralOptions {
  int64_t radius = 6;
  double sigma_spatial = 3;  // low-resolution pixels
  double sigma_range = 15;   // guide units, 0..255 grey
};

// x (N, h, w, C), guide (N, H, W) -> (N, H, W, C): paper Eq. (5), kernels/joint_bilateral_upsample.h.
// Differentiable in x; the guide is a constant, of type float beside x in bfloat16.
Tensor joint_bilateral_upsample(const Tensor& x, const Tensor& guide,
                                const JointBilateralOptions& options = {});

}  // namespace huegrad
