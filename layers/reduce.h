#pragma once
#include "core/tensor.h"

namespace huegrad {

// Sum of all elements, a scalar; accumulated in double.
Tensor sum(const Tensor& x);

// Mean of all elements, a scalar.
Tensor mean(const Tensor& x);

}  // namespace huegrad
