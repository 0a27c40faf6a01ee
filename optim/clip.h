#pragma once
#include <vector>

#include "core/named_tensor.h"

namespace huegrad {

// Scales all gradients so that their joint Euclidean norm is at most max_norm, and returns the norm they had.
// A norm that is not finite is returned and nothing is scaled: the caller decides about such a step.
double clip_gradient_norm(const std::vector<NamedTensor>& tensors, double max_norm);

}  // namespace huegrad
