#include "kernels/adam_step.h"

#include <cmath>

namespace huegrad {

template <class Real>
void adam_step(Reference, int64_t size, const AdamOptions& options, int64_t step, const Real* gradient,
               Real* m, Real* v, Real* w) {
  const double decay = options.weight_decay;
  const double unbias_m = 1 / (1 - std::pow(options.beta1, double(step)));
  const double unbias_v = 1 / (1 - std::pow(options.beta2, double(step)));
  for (int64_t i = 0; i < size; ++i) {
    double g = gradient[i], weight = w[i];
    if (options.decoupled_weight_decay)
      weight -= options.learning_rate * decay * weight;
    else
      g += decay * weight;
    m[i] = Real(options.beta1 * m[i] + (1 - options.beta1) * g);
    v[i] = Real(options.beta2 * v[i] + (1 - options.beta2) * g * g);
    weight -= options.learning_rate * (m[i] * unbias_m) / (std::sqrt(v[i] * unbias_v) + options.epsilon);
    w[i] = Real(weight);
  }
}

template void adam_step(Reference, int64_t, const AdamOptions&, int64_t, const float*, float*, float*,
                        float*);
template void adam_step(Reference, int64_t, const AdamOptions&, int64_t, const double*, double*, double*,
                        double*);

}  // namespace huegrad
