#include "kernels/batch_norm.h"

#include <cmath>

namespace huegrad {

// Two passes: the second subtracts the mean of the first before it squares.
template <class Real>
void batch_norm_statistics(Reference, const BatchNormShape& s, const Real* x, Real* mean, Real* variance) {
  for (int64_t c = 0; c < s.channels; ++c) {
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < s.rows; ++i) sum += x[i * s.channels + c];
    const double center = sum / double(s.rows);
    for (int64_t i = 0; i < s.rows; ++i) {
      const double difference = x[i * s.channels + c] - center;
      squares += difference * difference;
    }
    mean[c] = Real(center);
    variance[c] = Real(squares / double(s.rows));
  }
}

template <class Real>
void batch_norm_forward(Reference, const BatchNormShape& s, const Real* x, const Real* mean,
                        const Real* variance, const Real* gamma, const Real* beta, Real* y) {
  for (int64_t i = 0; i < s.rows; ++i)
    for (int64_t c = 0; c < s.channels; ++c) {
      const double normalized =
          (double(x[i * s.channels + c]) - mean[c]) / std::sqrt(variance[c] + s.epsilon);
      y[i * s.channels + c] = Real(normalized * (gamma ? gamma[c] : 1) + (beta ? beta[c] : 0));
    }
}

// With n = (x - mean) / deviation, the gradient through mean and variance removes from dy its mean and its
// projection on n:   dx = gamma / deviation * (dy - mean(dy) - n * mean(dy * n)).
template <class Real>
void batch_norm_backward(Reference, const BatchNormShape& s, bool through_statistics, const Real* x,
                         const Real* mean, const Real* variance, const Real* gamma, const Real* dy, Real* dx,
                         Real* dgamma, Real* dbeta) {
  for (int64_t c = 0; c < s.channels; ++c) {
    const double deviation = std::sqrt(variance[c] + s.epsilon);
    const auto normalized = [&](int64_t i) { return (double(x[i * s.channels + c]) - mean[c]) / deviation; };
    double sum_dy = 0, sum_dy_n = 0;
    for (int64_t i = 0; i < s.rows; ++i) {
      sum_dy += dy[i * s.channels + c];
      sum_dy_n += dy[i * s.channels + c] * normalized(i);
    }
    const double factor = (gamma ? gamma[c] : 1) / deviation;
    for (int64_t i = 0; i < s.rows; ++i) {
      double d = dy[i * s.channels + c];
      if (through_statistics) d -= (sum_dy + normalized(i) * sum_dy_n) / double(s.rows);
      dx[i * s.channels + c] = Real(factor * d);
    }
    if (dgamma) dgamma[c] = Real(sum_dy_n);
    if (dbeta) dbeta[c] = Real(sum_dy);
  }
}

template void batch_norm_statistics(Reference, const BatchNormShape&, const float*, float*, float*);
template void batch_norm_statistics(Reference, const BatchNormShape&, const double*, double*, double*);
template void batch_norm_forward(Reference, const BatchNormShape&, const float*, const float*, const float*,
                                 const float*, const float*, float*);
template void batch_norm_forward(Reference, const BatchNormShape&, const double*, const double*,
                                 const double*, const double*, const double*, double*);
template void batch_norm_backward(Reference, const BatchNormShape&, bool, const float*, const float*,
                                  const float*, const float*, const float*, float*, float*, float*);
template void batch_norm_backward(Reference, const BatchNormShape&, bool, const double*, const double*,
                                  const double*, const double*, const double*, double*, double*, double*);

}  // namespace huegrad
