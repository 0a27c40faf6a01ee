#include "optim/adam.h"

#include <cmath>

#include "core/dispatch.h"

namespace huegrad {

Adam::Adam(const std::vector<NamedTensor>& tensors, const AdamOptions& options)
    : Optimizer(tensors, {"m", "v"}), options_(options) {
  const auto is_rate = [](double beta) { return beta >= 0 && beta < 1; };
  check(is_rate(options.beta1) && is_rate(options.beta2) && options.epsilon > 0 && options.weight_decay >= 0,
        "adam", "beta1 {}, beta2 {}, epsilon {}, weight decay {} is not possible", options.beta1,
        options.beta2, options.epsilon, options.weight_decay);
}

void Adam::update(const Parameter& parameter, double learning_rate, int64_t step) const {
  const Tensor w = parameter.named.tensor, gradient = w.grad();
  AdamOptions options = options_;
  options.learning_rate = learning_rate;
  options.weight_decay = decay_of(parameter, options_.weight_decay);
  dispatch_on_host(w, [&](auto backend, auto real) {
    using Real = decltype(real);
    adam_step(backend, w.size(), options, step, gradient.data<Real>(), parameter.slots[0].data<Real>(),
              parameter.slots[1].data<Real>(), w.data<Real>());
  });
}

void Adam::update_on_cuda(const std::vector<Moving>& moving) const {
  std::vector<AdamTensor> tensors;
  for (const auto& [parameter, shadow] : moving) {
    const Tensor& w = parameter.named.tensor;
    tensors.push_back({w.size(), w.grad().data<float>(), parameter.slots[0].data<float>(),
                       parameter.slots[1].data<float>(), w.data<float>(),
                       float(decay_of(parameter, options_.weight_decay)), shadow});
  }
  adam_step(cuda_backend(), tensors, options_, controls());
}

std::pair<double, double> Adam::corrections(int64_t step) const {
  return {1 / (1 - std::pow(options_.beta1, double(step))), 1 / (1 - std::pow(options_.beta2, double(step)))};
}

}  // namespace huegrad
