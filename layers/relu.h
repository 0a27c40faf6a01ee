#pragma once
#include "core/tensor.h"

namespace huegrad {

// max(x, 0), elementwise; the gradient at 0 is 0.
Tensor relu(const Tensor& x);

}  // namespace huegrad
