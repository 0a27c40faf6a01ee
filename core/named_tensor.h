// A tensor of a model with its name and what it is for: how optimisers, checkpoints and summaries see a
// model.
#pragma once
#include <string>

#include "core/tensor.h"

namespace huegrad {

struct NamedTensor {
  enum class Role { weight, bias, norm_scale, norm_shift, running_mean, running_variance };

  std::string name;  // "conv1_1.weight"
  Tensor tensor;
  Role role;
  bool trainable() const { return role != Role::running_mean && role != Role::running_variance; }
};

}  // namespace huegrad
