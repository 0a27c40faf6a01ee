// sgd_step: one step of stochastic gradient descent (Sutskever et al. 2013; PyTorch's conventions).
//
//   g = gradient + weight_decay * w;   v = momentum * v + g;   w -= learning_rate * (nesterov ? g + momentum
//   * v : v)
//
// velocity (size) is read and written; start it at zero. It may be null when momentum is 0.
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

struct SgdOptions {
  double learning_rate = 0.01, momentum = 0, weight_decay = 0;
  bool nesterov = false;
};

template <class Real>
void sgd_step(Reference, int64_t size, const SgdOptions& options, const Real* gradient, Real* velocity,
              Real* w);
void sgd_step(Cpu, int64_t size, const SgdOptions& options, const float* gradient, float* velocity, float* w);
void sgd_step(Cuda, int64_t size, const SgdOptions& options, const float* gradient, float* velocity,
              float* w);

}  // namespace huegrad
