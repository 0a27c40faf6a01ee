// avg_pool: mean of each window over the pixels that lie inside x (padding is not counted).
// Shapes as in max_pool.h.
#pragma once
#include "kernels/max_pool.h"

namespace huegrad {

template <class Real>
void avg_pool_forward(Reference, const Pool2dShape& shape, const Real* x, Real* y);
void avg_pool_forward(Cpu, const Pool2dShape& shape, const float* x, float* y);
template <class Storage>
void avg_pool_forward(Cuda, const Pool2dShape& shape, const Storage* x, Storage* y);

template <class Real>
void avg_pool_backward(Reference, const Pool2dShape& shape, const Real* dy, Real* dx);
void avg_pool_backward(Cpu, const Pool2dShape& shape, const float* dy, float* dx);
template <class Storage>
void avg_pool_backward(Cuda, const Pool2dShape& shape, const Storage* dy, Storage* dx);

}  // namespace huegrad
