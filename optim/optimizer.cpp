#include "optim/optimizer.h"

#include "core/error.h"

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
}

void Optimizer::step(double learning_rate) {
  const int32_t step = ++*steps_.data<int32_t>();
  for (const Parameter& parameter : parameters_)
    if (parameter.named.tensor.grad().defined()) update(parameter, learning_rate, step);
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
