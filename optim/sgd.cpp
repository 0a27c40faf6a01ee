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
  if (parameter.named.role != NamedTensor::Role::weight) options.weight_decay = 0;
  dispatch_full_precision(w, [&](auto backend, auto real) {
    using Real = decltype(real);
    Real* velocity = parameter.slots.empty() ? nullptr : parameter.slots[0].data<Real>();
    sgd_step(backend, w.size(), options, gradient.data<Real>(), velocity, w.data<Real>());
  });
}

}  // namespace huegrad
