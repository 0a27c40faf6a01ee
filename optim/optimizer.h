// What every optimizer does: keeps the trainable tensors of a model, moves them against their gradients, and
// shows its state as named tensors so that a checkpoint can hold it.
#pragma once
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/named_tensor.h"
#include "kernels/optimizer_controls.h"
#include "optim/ema.h"

namespace huegrad {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;

  // One step: begin_step, then move.
  void step(double learning_rate, double longest = std::numeric_limits<double>::infinity()) {
    begin_step(learning_rate);
    move(longest);
  }
  // Counts the step, and on CUDA takes what differs from the last one to the device; average_rate: what the
  // moving average of the weights takes the step with there.
  void begin_step(double learning_rate, double average_rate = 0);
  // Moves the tensors. One without a gradient stays where it is. Weight decay pulls only weights
  // (Role::weight) towards zero: biases and norm parameters have no reason to be small. Gradients that are
  // together longer than `longest` are scaled to that length; if their norm is not finite, nothing moves.
  // On CUDA everything is queued, one launch for all parameters, the same in every step; there their
  // averages, if any, take their step with them.
  void move(double longest, const Ema* averages = nullptr);
  // The norm of all gradients of the last step, before they were scaled; waits for the device.
  double gradient_norm() const;
  // On CUDA: the same as a float on the device; a view.
  Tensor gradient_norm_on_cuda() const;
  // On CUDA, where the step's numbers are on the device (kernels/optimizer_controls.h); null elsewhere.
  OptimizerControls* controls() const;
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
  // Moves all of them on CUDA, as the controls say; `moving`: those with a gradient.
  struct Moving {
    const Parameter& parameter;
    float* shadow;  // null without a moving average
  };
  virtual void update_on_cuda(const std::vector<Moving>& moving) const = 0;
  // Adam's corrections of the first and second moment, for the controls.
  virtual std::pair<double, double> corrections(int64_t) const { return {1, 1}; }

  static double decay_of(const Parameter& parameter, double weight_decay) {
    return parameter.named.role == NamedTensor::Role::weight ? weight_decay : 0;
  }

 private:
  std::vector<std::string> slot_names_;
  void move_on_cuda(double longest, const Ema* averages);

  std::vector<Parameter> parameters_;
  Tensor steps_;  // int32 (1)
  double learning_rate_ = 0, gradient_norm_ = 0;
  Tensor controls_;  // on CUDA: the floats of OptimizerControls
};

}  // namespace huegrad
