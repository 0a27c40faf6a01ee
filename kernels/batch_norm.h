// batch_norm: per channel, over all rows (rows = batch*height*width of an NHWC image).
//
//   y[i,c] = (x[i,c] - mean[c]) / sqrt(variance[c] + epsilon) * gamma[c] + beta[c]
//
// gamma and beta may be null (Caffe's BatchNorm has neither: recipes of the colour network). The variance is
// the biased one (divides by rows). Ioffe & Szegedy 2015.
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

struct BatchNormShape {
  int64_t rows = 0, channels = 0;
  double epsilon = 1e-5;
};

// mean, variance (channels) of x (rows, channels); accumulated so that a large mean does not ruin the
// variance.
template <class Real>
void batch_norm_statistics(Reference, const BatchNormShape& shape, const Real* x, Real* mean, Real* variance);
void batch_norm_statistics(Cpu, const BatchNormShape& shape, const float* x, float* mean, float* variance);
template <class Storage>
void batch_norm_statistics(Cuda, const BatchNormShape& shape, const Storage* x, float* mean, float* variance);

template <class Real>
void batch_norm_forward(Reference, const BatchNormShape& shape, const Real* x, const Real* mean,
                        const Real* variance, const Real* gamma, const Real* beta, Real* y);
void batch_norm_forward(Cpu, const BatchNormShape& shape, const float* x, const float* mean,
                        const float* variance, const float* gamma, const float* beta, float* y);
template <class Storage>
void batch_norm_forward(Cuda, const BatchNormShape& shape, const Storage* x, const float* mean,
                        const float* variance, const float* gamma, const float* beta, Storage* y);

// through_statistics: mean and variance were computed from this x (training), so the gradient flows through
// them; false: they are constants (frozen statistics). dgamma, dbeta may be null.
template <class Real>
void batch_norm_backward(Reference, const BatchNormShape& shape, bool through_statistics, const Real* x,
                         const Real* mean, const Real* variance, const Real* gamma, const Real* dy, Real* dx,
                         Real* dgamma, Real* dbeta);
void batch_norm_backward(Cpu, const BatchNormShape& shape, bool through_statistics, const float* x,
                         const float* mean, const float* variance, const float* gamma, const float* dy,
                         float* dx, float* dgamma, float* dbeta);
template <class Storage>
void batch_norm_backward(Cuda, const BatchNormShape& shape, bool through_statistics, const Storage* x,
                         const float* mean, const float* variance, const float* gamma, const Storage* dy,
                         Storage* dx, float* dgamma, float* dbeta);

}  // namespace huegrad
