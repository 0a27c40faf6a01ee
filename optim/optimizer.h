// What every optimizer does: keeps the trainable tensors of a model, moves them against their gradients, and
// shows its state as named tensors so that a checkpoint can hold it.
#pragma once
#include <string>
#include <vector>

#include "core/named_tensor.h"

namespace huegrad {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;

  // One step. A tensor without a gradient stays where it is. Weight decay pulls only weights (Role::weight)
  // towards zero: biases and norm parameters have no reason to be small.
  void step(double learning_rate);
  void zero_gradients() const;
  int64_t steps() const;

  // Handles on the state: NAME.SLOT for every tensor and slot, and "optimizer.steps". Restore with load_state
  // (optim/state.h); a run that continues from them gives the same bits as one that never stopped.
  std::vector<NamedTensor> state() const;

 protected:
  struct Parameter {
    NamedTensor named;
    std::vector<Tensor> slots;  // zero at first
  };

  Optimizer(const std::vector<NamedTensor>& tensors, std::vector<std::string> slot_names);
  // Moves one tensor; step counts from 1.
  virtual void update(const Parameter& parameter, double learning_rate, int64_t step) const = 0;

 private:
  std::vector<std::string> slot_names_;
  std::vector<Parameter> parameters_;
  Tensor steps_;  // int32 (1)
};

}  // namespace huegrad
