#include "optim/ema.h"

#include <algorithm>

#include "core/dispatch.h"
#include "kernels/add.h"

namespace huegrad {

Ema::Ema(const std::vector<NamedTensor>& tensors, double decay)
    : tensors_(tensors), decay_(decay), updates_(Tensor::zeros({1}, DType::int32)) {
  check(decay >= 0 && decay < 1, "ema", "a decay of {} is not possible", decay);
  for (const NamedTensor& named : tensors_) shadows_.push_back(named.tensor.clone());
}

double Ema::begin_update() {
  const double updates = ++*updates_.data<int32_t>();
  return std::max(1 - decay_, std::min(1.0, 10 / (9 + updates)));
}

const Tensor& Ema::shadow(const std::string& name) const {
  const auto found = std::ranges::find(tensors_, name, &NamedTensor::name);
  check(found != tensors_.end(), "ema", "there is no average of {}", name);
  return shadows_[size_t(found - tensors_.begin())];
}

void Ema::update_others_on_cuda(const OptimizerControls* controls) const {
  std::vector<AveragePair> pairs;
  for (size_t i = 0; i < tensors_.size(); ++i)
    if (!tensors_[i].trainable())
      pairs.push_back({shadows_[i].size(), tensors_[i].tensor.data<float>(), shadows_[i].data<float>()});
  average(cuda_backend(), pairs, controls);
}

void Ema::update() {
  const double rate = begin_update();
  for (size_t i = 0; i < tensors_.size(); ++i)
    dispatch_on_host(shadows_[i], [&](auto backend, auto real) {
      using Real = decltype(real);
      blend(backend, shadows_[i].size(), rate, tensors_[i].tensor.data<Real>(), shadows_[i].data<Real>());
    });
}

void Ema::swap() const {
  for (size_t i = 0; i < tensors_.size(); ++i) {
    const Tensor model = tensors_[i].tensor.clone();
    tensors_[i].tensor.copy_from(shadows_[i]);
    shadows_[i].copy_from(model);
  }
}

std::vector<NamedTensor> Ema::state() const {
  std::vector<NamedTensor> state;
  for (size_t i = 0; i < tensors_.size(); ++i)
    state.push_back({tensors_[i].name + ".ema", shadows_[i], tensors_[i].role});
  state.push_back({"ema.updates", updates_, NamedTensor::Role::weight});
  return state;
}

}  // namespace huegrad
