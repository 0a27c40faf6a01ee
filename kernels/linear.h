// linear: y[i,o] = sum_c x[i,c] * w[o,c] + b[o].   x (rows, in_features), w (out_features, in_features), y
// (rows, out_features); b (out_features) or null.
#pragma once
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/float_types.h"

namespace huegrad {

struct LinearShape {
  int64_t rows = 0, in_features = 0, out_features = 0;
  int64_t macs() const { return rows * in_features * out_features; }
};

template <class Real>
void linear_forward(Reference, const LinearShape& shape, const Real* x, const Real* w, const Real* b,
                    Real* y);
void linear_forward(Cpu, const LinearShape& shape, const float* x, const float* w, const float* b, float* y);
template <class Storage>
void linear_forward(Cuda, const LinearShape& shape, const Storage* x, const Storage* w, const float* b,
                    Storage* y);

template <class Real>
void linear_backward_data(Reference, const LinearShape& shape, const Real* w, const Real* dy, Real* dx);
void linear_backward_data(Cpu, const LinearShape& shape, const float* w, const float* dy, float* dx);
template <class Storage>
void linear_backward_data(Cuda, const LinearShape& shape, const Storage* w, const Storage* dy, Storage* dx);

template <class Real>
void linear_backward_weight(Reference, const LinearShape& shape, const Real* x, const Real* dy, Real* dw);
void linear_backward_weight(Cpu, const LinearShape& shape, const float* x, const float* dy, float* dw);
template <class Storage>
void linear_backward_weight(Cuda, const LinearShape& shape, const Storage* x, const Storage* dy, float* dw);

}  // namespace huegrad
