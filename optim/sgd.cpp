#include "optim/sgd.h"

#include "core/dispatch.h"

namespace huegrad {

Sgd::Sgd(const std::vector<NamedTensor>& tensors, const SgdOptions& options)
    : Optimizer(tensors,
                options.momentum == 0 ? std::vector<std::string>{} : std::vector<std::string>{"velocity"}),
      options_(options) {
  check(options.momentum >= 0 && options.momentum < 1 && options.weight_decay >= 0, "sgd",
        "momentum {}, weight decay {} is not possible", options.momentum, options.weight_decay);
  check(!options.nesterov || options.momentum > 0, "sgd", "Nesterov's momentum needs a momentum");
}

void Sgd::update(const Parameter& parameter, double learning_rate, int64_t) const {
  const Tensor w = parameter.named.tensor, gradient = w.grad();
  SgdOptions options = options_;
  options.learning_rate = learning_rate;
  options.weight_decay = decay_of(parameter, options_.weight_decay);
  dispatch_on_host(w, [&](auto backend, auto real) {
    using Real = decltype(real);
    Real* velocity = parameter.slots.empty() ? nullptr : parameter.slots[0].data<Real>();
    sgd_step(backend, w.size(), options, gradient.data<Real>(), velocity, w.data<Real>());
  });
}

void Sgd::update_on_cuda(const std::vector<Moving>& moving) const {
  std::vector<SgdTensor> tensors;
  for (const auto& [parameter, shadow] : moving) {
    const Tensor& w = parameter.named.tensor;
    tensors.push_back({w.size(), w.grad().data<float>(),
                       parameter.slots.empty() ? nullptr : parameter.slots[0].data<float>(), w.data<float>(),
                       float(decay_of(parameter, options_.weight_decay)), shadow});
  }
  sgd_step(cuda_backend(), tensors, options_, controls());
}

}  // namespace huegrad
