#pragma once
#include "core/tensor.h"

namespace huegrad {

// logits (..., Q), centers (Q, 2) -> ab (..., 2): the colour of a distribution, kernels/annealed_mean.h.
Tensor annealed_mean(const Tensor& logits, const Tensor& centers, double temperature = 0.38);

}  // namespace huegrad
