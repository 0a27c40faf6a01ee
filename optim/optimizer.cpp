#include "optim/optimizer.h"

#include <cmath>
#include <cstddef>

#include "core/cuda_device.h"
#include "core/error.h"
#include "optim/clip.h"

namespace huegrad {

Optimizer::Optimizer(const std::vector<NamedTensor>& tensors, std::vector<std::string> slot_names)
    : slot_names_(std::move(slot_names)), steps_(Tensor::zeros({1}, DType::int32)) {
  for (const NamedTensor& named : tensors) {
    if (!named.trainable()) continue;
    Parameter parameter{named, {}};
    for (size_t i = 0; i < slot_names_.size(); ++i)
      parameter.slots.push_back(
          Tensor::zeros(named.tensor.shape(), named.tensor.dtype(), named.tensor.device()));
    parameters_.push_back(std::move(parameter));
  }
  check(!parameters_.empty(), "optimizer", "no trainable tensors");
  const Device device = parameters_.front().named.tensor.device();
  if (!device.in_host_memory())
    controls_ = Tensor::zeros({int64_t(sizeof(OptimizerControls) / sizeof(float))}, DType::float32, device);
}

void Optimizer::begin_step(double learning_rate, double average_rate) {
  ++*steps_.data<int32_t>();
  learning_rate_ = learning_rate;
  if (!controls_.defined()) return;
  const auto [first, second] = corrections(steps());
  set_controls(cuda_backend(),
               {.learning_rate = float(learning_rate),
                .first_correction = float(first),
                .second_correction = float(second),
                .average_rate = float(average_rate)},
               controls());
}

void Optimizer::move(double longest, const Ema* averages) {
  if (controls_.defined()) return move_on_cuda(longest, averages);
  std::vector<NamedTensor> tensors;
  for (const Parameter& parameter : parameters_) tensors.push_back(parameter.named);
  gradient_norm_ = clip_gradient_norm(tensors, longest);
  if (!std::isfinite(gradient_norm_)) return;
  for (const Parameter& parameter : parameters_)
    if (parameter.named.tensor.grad().defined()) update(parameter, learning_rate_, steps());
}

void Optimizer::move_on_cuda(double longest, const Ema* averages) {
  std::vector<Moving> moving;
  std::vector<GradientArray> gradients;
  for (const Parameter& parameter : parameters_) {
    const Tensor gradient = parameter.named.tensor.grad();
    if (!gradient.defined()) continue;
    moving.push_back({parameter, averages ? averages->shadow(parameter.named.name).data<float>() : nullptr});
    gradients.push_back({gradient.size(), gradient.data<float>()});
  }
  clip_factor(cuda_backend(), gradients, longest, controls());
  update_on_cuda(moving);
}

double Optimizer::gradient_norm() const {
  return controls_.defined() ? gradient_norm_on_cuda().item() : gradient_norm_;
}

Tensor Optimizer::gradient_norm_on_cuda() const {
  return controls_.narrow(offsetof(OptimizerControls, gradient_norm) / sizeof(float), 1);
}

OptimizerControls* Optimizer::controls() const {
  return controls_.defined() ? reinterpret_cast<OptimizerControls*>(controls_.data<float>()) : nullptr;
}

void Optimizer::zero_gradients() const {
  for (const Parameter& parameter : parameters_) parameter.named.tensor.zero_grad();
}

int64_t Optimizer::steps() const { return *steps_.data<int32_t>(); }

std::vector<NamedTensor> Optimizer::state() const {
  std::vector<NamedTensor> state;
  for (const Parameter& parameter : parameters_)
    for (size_t i = 0; i < slot_names_.size(); ++i)
      state.push_back(
          {parameter.named.name + "." + slot_names_[i], parameter.slots[i], parameter.named.role});
  state.push_back({"optimizer.steps", steps_, NamedTensor::Role::weight});
  return state;
}

}  // namespace huegrad
