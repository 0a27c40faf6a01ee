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

// The same for y = relu(x + bias) of (rows, channels), and what the bias gets: db[c] = sum over i of dx[i,c].
template <class Real>
void relu_backward_bias(Reference, int64_t rows, int64_t channels, const Real* y, const Real* dy, Real* dx,
                        Real* db);
void relu_backward_bias(Cpu, int64_t rows, int64_t channels, const float* y, const float* dy, float* dx,
                        float* db);
template <class Storage>
void relu_backward_bias(Cuda, int64_t rows, int64_t channels, const Storage* y, const Storage* dy,
                        Storage* dx, float* db);

}  // namespace huegrad
