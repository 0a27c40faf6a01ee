#include "kernels/relu.h"

namespace huegrad {

template <class Real>
void relu_forward(Reference, int64_t size, const Real* x, Real* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = x[i] > 0 ? x[i] : 0;
}

template <class Real>
void relu_backward(Reference, int64_t size, const Real* y, const Real* dy, Real* dx) {
  for (int64_t i = 0; i < size; ++i) dx[i] = y[i] > 0 ? dy[i] : 0;
}

template void relu_forward(Reference, int64_t, const float*, float*);
template void relu_forward(Reference, int64_t, const double*, double*);
template void relu_backward(Reference, int64_t, const float*, const float*, float*);
template void relu_backward(Reference, int64_t, const double*, const double*, double*);

}  // namespace huegrad
