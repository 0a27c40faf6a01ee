// strided_copy: copies `rows` runs of `length` values; run i starts at x + i*x_stride and goes to y +
// i*y_stride. Channel slices and concatenations are this one operation, forwards and backwards.
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

struct StridedCopyShape {
  int64_t rows = 0, length = 0, x_stride = 0, y_stride = 0;
};

template <class Real>
void strided_copy(Reference, const StridedCopyShape& shape, const Real* x, Real* y);
void strided_copy(Cpu, const StridedCopyShape& shape, const float* x, float* y);
template <class Storage>
void strided_copy(Cuda, const StridedCopyShape& shape, const Storage* x, Storage* y);

}  // namespace huegrad
