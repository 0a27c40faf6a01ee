#include "kernels/relu.h"

#include "kernels/reduce.h"

namespace huegrad {

template <class Real>
void relu_forward(Reference, int64_t size, const Real* x, Real* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = x[i] > 0 ? x[i] : 0;
}

template <class Real>
void relu_backward(Reference, int64_t size, const Real* y, const Real* dy, Real* dx) {
  for (int64_t i = 0; i < size; ++i) dx[i] = y[i] > 0 ? dy[i] : 0;
}

template <class Real>
void relu_backward_bias(Reference on, int64_t rows, int64_t channels, const Real* y, const Real* dy, Real* dx,
                        Real* db) {
  relu_backward(on, rows * channels, y, dy, dx);
  sum_rows(on, rows, channels, dx, db);
}

template void relu_forward(Reference, int64_t, const float*, float*);
template void relu_forward(Reference, int64_t, const double*, double*);
template void relu_backward(Reference, int64_t, const float*, const float*, float*);
template void relu_backward(Reference, int64_t, const double*, const double*, double*);
template void relu_backward_bias(Reference, int64_t, int64_t, const float*, const float*, float*, float*);
template void relu_backward_bias(Reference, int64_t, int64_t, const double*, const double*, double*, double*);

}  // namespace huegrad
