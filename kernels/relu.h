// relu: y = max(x, 0). The gradient at 0 is 0. x and y, dy and dx may be the same array.
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

template <class Real>
void relu_forward(Reference, int64_t size, const Real* x, Real* y);
void relu_forward(Cpu, int64_t size, const float* x, float* y);
template <class Storage>
void relu_forward(Cuda, int64_t size, const Storage* x, Storage* y);

// dx = dy where y > 0, else 0: needs the output only, so a fused convolution saves nothing else.
template <class Real>
void relu_backward(Reference, int64_t size, const Real* y, const Real* dy, Real* dx);
void relu_backward(Cpu, int64_t size, const float* y, const float* dy, float* dx);
template <class Storage>
void relu_backward(Cuda, int64_t size, const Storage* y, const Storage* dy, Storage* dx);

}  // namespace huegrad
