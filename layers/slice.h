#pragma once
#include "core/tensor.h"

namespace huegrad {

// Channels [first, first + count) of x (..., C): (..., count).
Tensor slice(const Tensor& x, int64_t first, int64_t count);

}  // namespace huegrad
