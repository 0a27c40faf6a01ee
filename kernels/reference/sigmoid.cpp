#include "kernels/sigmoid.h"

#include <cmath>

namespace huegrad {

// exp(-|x|) never overflows; for negative x the fraction is extended by exp(x).
template <class Real>
void sigmoid_forward(Reference, int64_t size, const Real* x, Real* y) {
  for (int64_t i = 0; i < size; ++i) {
    const double e = std::exp(-std::abs(double(x[i])));
    y[i] = Real(x[i] >= 0 ? 1 / (1 + e) : e / (1 + e));
  }
}

template <class Real>
void sigmoid_backward(Reference, int64_t size, const Real* y, const Real* dy, Real* dx) {
  for (int64_t i = 0; i < size; ++i) dx[i] = dy[i] * y[i] * (1 - y[i]);
}

template void sigmoid_forward(Reference, int64_t, const float*, float*);
template void sigmoid_forward(Reference, int64_t, const double*, double*);
template void sigmoid_backward(Reference, int64_t, const float*, const float*, float*);
template void sigmoid_backward(Reference, int64_t, const double*, const double*, double*);

}  // namespace huegrad
