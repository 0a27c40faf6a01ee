// Reductions. Sums are accumulated in double and in a fixed order, so a result does not change from run to
// run.
#pragma once
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/float_types.h"

namespace huegrad {

// *y = sum of x (size)
template <class Real>
void sum(Reference, int64_t size, const Real* x, Real* y);
void sum(Cpu, int64_t size, const float* x, float* y);
template <class Storage>
void sum(Cuda, int64_t size, const Storage* x, float* y);

// *y = sum of x^2 (size)
template <class Real>
void sum_squares(Reference, int64_t size, const Real* x, Real* y);
void sum_squares(Cpu, int64_t size, const float* x, float* y);
template <class Storage>
void sum_squares(Cuda, int64_t size, const Storage* x, float* y);

// y[c] = sum over rows of x (rows, channels): the gradient of a bias
template <class Real>
void sum_rows(Reference, int64_t rows, int64_t channels, const Real* x, Real* y);
void sum_rows(Cpu, int64_t rows, int64_t channels, const float* x, float* y);
template <class Storage>
void sum_rows(Cuda, int64_t rows, int64_t channels, const Storage* x, float* y);

// index[i] = argmax over channels of x (rows, channels); the lowest index wins a tie
template <class Real>
void argmax_channels(Reference, int64_t rows, int64_t channels, const Real* x, int32_t* index);
void argmax_channels(Cpu, int64_t rows, int64_t channels, const float* x, int32_t* index);
template <class Storage>
void argmax_channels(Cuda, int64_t rows, int64_t channels, const Storage* x, int32_t* index);

}  // namespace huegrad
