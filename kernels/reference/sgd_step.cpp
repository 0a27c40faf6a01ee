#include "kernels/sgd_step.h"

namespace huegrad {

template <class Real>
void sgd_step(Reference, int64_t size, const SgdOptions& options, const Real* gradient, Real* velocity,
              Real* w) {
  for (int64_t i = 0; i < size; ++i) {
    const double g = gradient[i] + options.weight_decay * w[i];
    double v = g;
    if (velocity) {
      v += options.momentum * velocity[i];
      velocity[i] = Real(v);
    }
    w[i] = Real(w[i] - options.learning_rate * (options.nesterov ? g + options.momentum * v : v));
  }
}

template void sgd_step(Reference, int64_t, const SgdOptions&, const float*, float*, float*);
template void sgd_step(Reference, int64_t, const SgdOptions&, const double*, double*, double*);

}  // namespace huegrad
