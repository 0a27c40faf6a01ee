// conv2d as a differentiable function; equation and layouts in kernels/conv2d.h.
#pragma once
#include "core/tensor.h"

namespace huegrad {

struct Conv2dOptions {
  int64_t stride = 1, padding = 0, dilation = 1;
  bool relu = false;  // fuse a ReLU: y = max(conv + bias, 0)
};

// x (N, H, W, C), weight (K, R, S, C), bias (K) or undefined -> (N, P, Q, K).
Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias, const Conv2dOptions& options = {});

}  // namespace huegrad
