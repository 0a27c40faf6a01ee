// sgd_step: one step of stochastic gradient descent (Sutskever et al. 2013; PyTorch's conventions).
//
//   g = gradient + weight_decay * w;   v = momentum * v + g;   w -= learning_rate * (nesterov ? g + momentum
//   * v : v)
//
// velocity (size) is read and written; start it at zero. It may be null when momentum is 0.
#pragma once
#include <cstdint>
#include <span>

#include "kernels/backend.h"
#include "kernels/optimizer_controls.h"

namespace huegrad {

struct SgdOptions {
  double learning_rate = 0.01, momentum = 0, weight_decay = 0;
  bool nesterov = false;
};

template <class Real>
void sgd_step(Reference, int64_t size, const SgdOptions& options, const Real* gradient, Real* velocity,
              Real* w);
void sgd_step(Cpu, int64_t size, const SgdOptions& options, const float* gradient, float* velocity, float* w);

// The same for all tensors of a model in one launch, with clipping and moving average, as in adam_step.h;
// options.learning_rate is in the controls, the weight decay in the entries.
struct SgdTensor {
  int64_t size = 0;
  const float* gradient = nullptr;
  float *velocity = nullptr, *w = nullptr;
  float weight_decay = 0;
  float* shadow = nullptr;  // the moving average
};
void sgd_step(Cuda, std::span<const SgdTensor> tensors, const SgdOptions& options,
              const OptimizerControls* controls);

}  // namespace huegrad
