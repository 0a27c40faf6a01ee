// adam_step: one step of Adam (Kingma & Ba 2015) or AdamW (Loshchilov & Hutter 2019).
//
//   g = gradient (+ weight_decay * w, Adam);   w -= learning_rate * weight_decay * w (AdamW)
//   m = beta1 * m + (1 - beta1) * g;   v = beta2 * v + (1 - beta2) * g^2
//   w -= learning_rate * (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon)
//
// step counts from 1. m, v (size) are read and written; start them at zero.
#pragma once
#include <cstdint>
#include <span>

#include "kernels/backend.h"
#include "kernels/optimizer_controls.h"

namespace huegrad {

struct AdamOptions {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;
  bool decoupled_weight_decay = false;  // true: AdamW
};

template <class Real>
void adam_step(Reference, int64_t size, const AdamOptions& options, int64_t step, const Real* gradient,
               Real* m, Real* v, Real* w);
void adam_step(Cpu, int64_t size, const AdamOptions& options, int64_t step, const float* gradient, float* m,
               float* v, float* w);

// The same for all tensors of a model in one launch, with what else a step of training does to them:
// gradients are multiplied by the controls' gradient_factor (clipping; 0: nothing is changed), and a moving
// average of w, if there is one, takes its step. options.learning_rate and the step are in the controls
// (optimizer_controls.h), options.weight_decay in the entries.
struct AdamTensor {
  int64_t size = 0;
  const float* gradient = nullptr;
  float *m = nullptr, *v = nullptr, *w = nullptr;
  float weight_decay = 0;
  float* shadow = nullptr;  // the moving average
};
void adam_step(Cuda, std::span<const AdamTensor> tensors, const AdamOptions& options,
               const OptimizerControls* controls);

}  // namespace huegrad
