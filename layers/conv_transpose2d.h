// conv_transpose2d as a differentiable function; equation and layouts in kernels/conv_transpose2d.h.
#pragma once
#include "layers/conv2d.h"

namespace huegrad {

// x (N, H, W, C), weight (C, R, S, K), bias (K) or undefined -> (N, P, Q, K).
Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const Conv2dOptions& options = {});

}  // namespace huegrad
