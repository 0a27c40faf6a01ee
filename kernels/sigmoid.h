// sigmoid: y = 1 / (1 + exp(-x)), without overflow for any x. x and y, dy and dx may be the same array.
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

template <class Real>
void sigmoid_forward(Reference, int64_t size, const Real* x, Real* y);
void sigmoid_forward(Cpu, int64_t size, const float* x, float* y);
template <class Storage>
void sigmoid_forward(Cuda, int64_t size, const Storage* x, Storage* y);

// dx = dy * y * (1 - y)
template <class Real>
void sigmoid_backward(Reference, int64_t size, const Real* y, const Real* dy, Real* dx);
void sigmoid_backward(Cpu, int64_t size, const float* y, const float* dy, float* dx);
template <class Storage>
void sigmoid_backward(Cuda, int64_t size, const Storage* y, const Storage* dy, Storage* dx);

}  // namespace huegrad
