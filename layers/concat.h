#pragma once
#include <vector>

#include "core/tensor.h"

namespace huegrad {

// Joins tensors (..., C_i) of equal outer shape along their channels: (..., sum C_i).
Tensor concat(const std::vector<Tensor>& parts);

}  // namespace huegrad
