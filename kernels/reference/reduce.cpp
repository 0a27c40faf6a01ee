#include "kernels/reduce.h"

namespace huegrad {

template <class Real>
void sum(Reference, int64_t size, const Real* x, Real* y) {
  double total = 0;
  for (int64_t i = 0; i < size; ++i) total += x[i];
  *y = Real(total);
}

template <class Real>
void sum_squares(Reference, int64_t size, const Real* x, Real* y) {
  double total = 0;
  for (int64_t i = 0; i < size; ++i) total += double(x[i]) * x[i];
  *y = Real(total);
}

template <class Real>
void sum_rows(Reference, int64_t rows, int64_t channels, const Real* x, Real* y) {
  for (int64_t c = 0; c < channels; ++c) {
    double total = 0;
    for (int64_t i = 0; i < rows; ++i) total += x[i * channels + c];
    y[c] = Real(total);
  }
}

template <class Real>
void argmax_channels(Reference, int64_t rows, int64_t channels, const Real* x, int32_t* index) {
  for (int64_t i = 0; i < rows; ++i) {
    const Real* row = x + i * channels;
    int64_t best = 0;
    for (int64_t c = 1; c < channels; ++c)
      if (row[c] > row[best]) best = c;
    index[i] = int32_t(best);
  }
}

template void sum(Reference, int64_t, const float*, float*);
template void sum(Reference, int64_t, const double*, double*);
template void sum_squares(Reference, int64_t, const float*, float*);
template void sum_squares(Reference, int64_t, const double*, double*);
template void sum_rows(Reference, int64_t, int64_t, const float*, float*);
template void sum_rows(Reference, int64_t, int64_t, const double*, double*);
template void argmax_channels(Reference, int64_t, int64_t, const float*, int32_t*);
template void argmax_channels(Reference, int64_t, int64_t, const double*, int32_t*);

}  // namespace huegrad
