// State of optimizers and averages in checkpoints.
#pragma once
#include <vector>

#include "core/named_tensor.h"

namespace huegrad {

// Copies the numbers of `saved` into the tensors of `state` with the same names:
//   load_state(optimizer.state(), saved)
// Throws Error(input) naming the tensor that `saved` lacks or that has another shape or dtype there. Tensors
// that only `saved` has are ignored.
void load_state(const std::vector<NamedTensor>& state, const std::vector<NamedTensor>& saved);

}  // namespace huegrad
