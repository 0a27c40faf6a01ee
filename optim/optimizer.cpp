#include "optim/optimizer.h"

#include <cmath>
#include <cstring>

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
    controls_ = Tensor::zeros({int64_t(sizeof(OptimizerControls))}, DType::uint8, device);
}

void Optimizer::step(double learning_rate, double longest) {
  const int32_t step = ++*steps_.data<int32_t>();
  if (controls_.defined()) return step_on_cuda(learning_rate, longest);
  std::vector<NamedTensor> tensors;
  for (const Parameter& parameter : parameters_) tensors.push_back(parameter.named);
  gradient_norm_ = clip_gradient_norm(tensors, longest);
  if (!std::isfinite(gradient_norm_)) return;
  for (const Parameter& parameter : parameters_)
    if (parameter.named.tensor.grad().defined()) update(parameter, learning_rate, step);
}

void Optimizer::step_on_cuda(double learning_rate, double longest) {
  std::vector<const Parameter*> moving;
  std::vector<GradientArray> gradients;
  for (const Parameter& parameter : parameters_) {
    const Tensor gradient = parameter.named.tensor.grad();
    if (!gradient.defined()) continue;
    moving.push_back(&parameter);
    gradients.push_back({gradient.size(), gradient.data<float>()});
  }
  const auto [first, second] = corrections(steps());
  set_controls(cuda_backend(),
               {.learning_rate = float(learning_rate),
                .first_correction = float(first),
                .second_correction = float(second),
                .average_rate = float(average_rate_)},
               controls());
  clip_factor(cuda_backend(), gradients, longest, controls());
  update_on_cuda(moving);
}

double Optimizer::gradient_norm() const {
  if (!controls_.defined()) return gradient_norm_;
  OptimizerControls values;
  std::memcpy(&values, controls_.values<uint8_t>().data(), sizeof values);
  return values.gradient_norm;
}

OptimizerControls* Optimizer::controls() const {
  return controls_.defined() ? reinterpret_cast<OptimizerControls*>(controls_.data<uint8_t>()) : nullptr;
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
