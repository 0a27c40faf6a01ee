// What changes from one step of an optimizer to the next, in device memory: a step whose kernels were
// recorded once can be replayed with other numbers, and whether the gradient is short enough, or finite at
// all, is decided where the gradient is.
#pragma once
#include <cstdint>
#include <span>

#include "kernels/backend.h"

namespace huegrad {

struct OptimizerControls {
  float learning_rate = 0;
  float first_correction = 1, second_correction = 1;  // Adam: 1 / (1 - beta^step)
  float average_rate = 0;                             // of the moving average of the weights
  float gradient_norm = 0;    // of all gradients together, before clipping; written by clip_factor
  float gradient_factor = 1;  // what gradients are multiplied by; 0: not finite, change nothing
};

// *device = values, except the norm and its factor.
void set_controls(Cuda, const OptimizerControls& values, OptimizerControls* device);

struct GradientArray {
  int64_t size = 0;
  const float* values = nullptr;
};
// Writes gradient_norm and gradient_factor = min(1, longest / norm), or 0 if the norm is not finite. The sum
// is accumulated in double and in a fixed order.
void clip_factor(Cuda, std::span<const GradientArray> gradients, double longest, OptimizerControls* controls);

// shadow = (1 - average_rate) * shadow + average_rate * x for every pair, unless gradient_factor is 0. For
// what no optimizer moves; its own tensors' averages take their step in its launch.
struct AveragePair {
  int64_t size = 0;
  const float* x = nullptr;
  float* shadow = nullptr;
};
void average(Cuda, std::span<const AveragePair> pairs, const OptimizerControls* controls);

}  // namespace huegrad
