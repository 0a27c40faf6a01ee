// add, scale, blend, fill: the elementwise operations that gradients are accumulated and weighted with.
// Arrays may be the same.
#pragma once
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/float_types.h"

namespace huegrad {

// y = a + b
template <class Real>
void add(Reference, int64_t size, const Real* a, const Real* b, Real* y);
void add(Cpu, int64_t size, const float* a, const float* b, float* y);
template <class Storage>
void add(Cuda, int64_t size, const Storage* a, const Storage* b, Storage* y);

// y = factor * x
template <class Real>
void scale(Reference, int64_t size, double factor, const Real* x, Real* y);
void scale(Cpu, int64_t size, double factor, const float* x, float* y);
template <class Storage>
void scale(Cuda, int64_t size, double factor, const Storage* x, Storage* y);

// x *= *factor, x is read and written; nothing happens where *factor is 1. The factor is where the array is,
// so that nobody waits for it.
template <class Real>
void scale_by(Reference, int64_t size, const Real* factor, Real* x);
void scale_by(Cpu, int64_t size, const float* factor, float* x);
template <class Storage>
void scale_by(Cuda, int64_t size, const float* factor, Storage* x);

// y = (1 - rate) * y + rate * x, y is read and written: the step of an exponential moving average.
template <class Real>
void blend(Reference, int64_t size, double rate, const Real* x, Real* y);
void blend(Cpu, int64_t size, double rate, const float* x, float* y);
void blend(Cuda, int64_t size, double rate, const float* x, float* y);

// y = value everywhere; with a pointer, of a value that is where the array is.
template <class Real>
void fill(Reference, int64_t size, double value, Real* y);
void fill(Cpu, int64_t size, double value, float* y);
template <class Storage>
void fill(Cuda, int64_t size, double value, Storage* y);
template <class Real>
void fill(Reference, int64_t size, const Real* value, Real* y);
void fill(Cpu, int64_t size, const float* value, float* y);
template <class Storage>
void fill(Cuda, int64_t size, const float* value, Storage* y);

}  // namespace huegrad
