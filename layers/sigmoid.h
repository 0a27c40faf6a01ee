#pragma once
#include "core/tensor.h"

namespace huegrad {

// 1 / (1 + exp(-x)), elementwise.
Tensor sigmoid(const Tensor& x);

}  // namespace huegrad
