#include "kernels/linear.h"

namespace huegrad {

template <class Real>
void linear_forward(Reference, const LinearShape& s, const Real* x, const Real* w, const Real* b, Real* y) {
  for (int64_t i = 0; i < s.rows; ++i)
    for (int64_t o = 0; o < s.out_features; ++o) {
      double sum = b ? double(b[o]) : 0;
      for (int64_t c = 0; c < s.in_features; ++c)
        sum += double(x[i * s.in_features + c]) * double(w[o * s.in_features + c]);
      y[i * s.out_features + o] = Real(sum);
    }
}

template <class Real>
void linear_backward_data(Reference, const LinearShape& s, const Real* w, const Real* dy, Real* dx) {
  for (int64_t i = 0; i < s.rows; ++i)
    for (int64_t c = 0; c < s.in_features; ++c) {
      double sum = 0;
      for (int64_t o = 0; o < s.out_features; ++o)
        sum += double(dy[i * s.out_features + o]) * double(w[o * s.in_features + c]);
      dx[i * s.in_features + c] = Real(sum);
    }
}

template <class Real>
void linear_backward_weight(Reference, const LinearShape& s, const Real* x, const Real* dy, Real* dw) {
  for (int64_t o = 0; o < s.out_features; ++o)
    for (int64_t c = 0; c < s.in_features; ++c) {
      double sum = 0;
      for (int64_t i = 0; i < s.rows; ++i)
        sum += double(dy[i * s.out_features + o]) * double(x[i * s.in_features + c]);
      dw[o * s.in_features + c] = Real(sum);
    }
}

template void linear_forward(Reference, const LinearShape&, const float*, const float*, const float*, float*);
template void linear_forward(Reference, const LinearShape&, const double*, const double*, const double*,
                             double*);
template void linear_backward_data(Reference, const LinearShape&, const float*, const float*, float*);
template void linear_backward_data(Reference, const LinearShape&, const double*, const double*, double*);
template void linear_backward_weight(Reference, const LinearShape&, const float*, const float*, float*);
template void linear_backward_weight(Reference, const LinearShape&, const double*, const double*, double*);

}  // namespace huegrad
