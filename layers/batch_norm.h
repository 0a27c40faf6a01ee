// batch_norm as a differentiable function; equation in kernels/batch_norm.h.
#pragma once
#include "core/tensor.h"

namespace huegrad {

struct BatchNormOptions {
  bool training = true;   // normalise with the batch's statistics and update the running ones
  double momentum = 0.1;  // running = (1 - momentum) * running + momentum * batch
  double epsilon = 1e-5;
};

// x (..., C); gamma, beta (C) or undefined (no affine part); running_mean, running_variance (C), not on the
// tape: updated in place when training (with the unbiased variance, as PyTorch does), used as constants
// otherwise.
Tensor batch_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                  const Tensor& running_variance, const BatchNormOptions& options = {});

}  // namespace huegrad
