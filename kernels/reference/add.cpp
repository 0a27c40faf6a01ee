#include "kernels/add.h"

namespace huegrad {

template <class Real>
void add(Reference, int64_t size, const Real* a, const Real* b, Real* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = a[i] + b[i];
}

template <class Real>
void scale(Reference, int64_t size, double factor, const Real* x, Real* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = Real(factor * x[i]);
}

template <class Real>
void blend(Reference, int64_t size, double rate, const Real* x, Real* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = Real((1 - rate) * y[i] + rate * x[i]);
}

template <class Real>
void scale_by(Reference, int64_t size, const Real* factor, Real* x) {
  for (int64_t i = 0; i < size; ++i) x[i] *= *factor;
}

template <class Real>
void fill(Reference, int64_t size, double value, Real* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = Real(value);
}

template <class Real>
void fill(Reference, int64_t size, const Real* value, Real* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = *value;
}

template void add(Reference, int64_t, const float*, const float*, float*);
template void add(Reference, int64_t, const double*, const double*, double*);
template void scale(Reference, int64_t, double, const float*, float*);
template void scale(Reference, int64_t, double, const double*, double*);
template void blend(Reference, int64_t, double, const float*, float*);
template void blend(Reference, int64_t, double, const double*, double*);
template void scale_by(Reference, int64_t, const float*, float*);
template void scale_by(Reference, int64_t, const double*, double*);
template void fill(Reference, int64_t, double, float*);
template void fill(Reference, int64_t, double, double*);
template void fill(Reference, int64_t, const float*, float*);
template void fill(Reference, int64_t, const double*, double*);

}  // namespace huegrad
