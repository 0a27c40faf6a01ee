#pragma once
#include "core/tensor.h"

namespace huegrad {

// x (..., C), weight (K, C), bias (K) or undefined -> (..., K): x * weight^T + bias.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias);

}  // namespace huegrad
