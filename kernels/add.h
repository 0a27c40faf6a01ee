// add and scale: the two elementwise operations that gradients are accumulated and weighted with.
// Arrays may be the same.
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

// y = a + b
template <class Real>
void add(Reference, int64_t size, const Real* a, const Real* b, Real* y);
void add(Cpu, int64_t size, const float* a, const float* b, float* y);

// y = factor * x
template <class Real>
void scale(Reference, int64_t size, double factor, const Real* x, Real* y);
void scale(Cpu, int64_t size, double factor, const float* x, float* y);

// y = (1 - rate) * y + rate * x, y is read and written: the step of an exponential moving average.
template <class Real>
void blend(Reference, int64_t size, double rate, const Real* x, Real* y);
void blend(Cpu, int64_t size, double rate, const float* x, float* y);

}  // namespace huegrad
