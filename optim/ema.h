#pragma once
#include <string>
#include <vector>

#include "core/named_tensor.h"
#include "kernels/optimizer_controls.h"

namespace huegrad {

// Exponential moving average of a model: a shadow of every tensor, running statistics included. It reaches
// back 1 / (1 - decay) updates, but early on only a tenth of all updates, so that it follows the fast changes
// of the beginning and never remembers the initial weights.
class Ema {
 public:
  Ema(const std::vector<NamedTensor>& tensors, double decay);
  Ema(const Ema&) = delete;

  // shadow = (1 - rate) * shadow + rate * tensor, rate = max(1 - decay, min(1, 10 / (9 + updates)))
  void update();
  // The parts of an update on CUDA: counting it, for its rate, which the optimizer's controls take to the
  // device; the shadows of trainable tensors, which Optimizer::move updates; and queueing the update of the
  // others, the same every time.
  double begin_update();
  const Tensor& shadow(const std::string& name) const;
  void update_others_on_cuda(const OptimizerControls* controls) const;
  // Exchanges the numbers of model and shadow: before an evaluation, and again after it.
  void swap() const;

  // Handles on the state: NAME.ema for every tensor and "ema.updates"; restore with load_state.
  std::vector<NamedTensor> state() const;

 private:
  std::vector<NamedTensor> tensors_;
  std::vector<Tensor> shadows_;
  double decay_;
  Tensor updates_;  // int32 (1)
};

}  // namespace huegrad
