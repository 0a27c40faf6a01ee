#pragma once
#include "core/tensor.h"
#include "kernels/upsample.h"

namespace huegrad {

// x (N, H, W, C) -> (N, height, width, C); conventions in kernels/upsample.h.
Tensor upsample(const Tensor& x, int64_t height, int64_t width, UpsampleMode mode = UpsampleMode::bilinear);

}  // namespace huegrad
