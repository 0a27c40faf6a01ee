#include "kernels/strided_copy.h"

namespace huegrad {

template <class Real>
void strided_copy(Reference, const StridedCopyShape& s, const Real* x, Real* y) {
  for (int64_t i = 0; i < s.rows; ++i)
    for (int64_t j = 0; j < s.length; ++j) y[i * s.y_stride + j] = x[i * s.x_stride + j];
}

template void strided_copy(Reference, const StridedCopyShape&, const float*, float*);
template void strided_copy(Reference, const StridedCopyShape&, const double*, double*);

}  // namespace huegrad
