// add and scale as differentiable functions: sums of branches and weighted sums of losses.
#pragma once
#include "core/tensor.h"

namespace huegrad {

// a + b, elementwise, same shape.
Tensor add(const Tensor& a, const Tensor& b);

// factor * x, elementwise.
Tensor scale(const Tensor& x, double factor);

}  // namespace huegrad
