#include "kernels/strided_copy.h"

#include <cstring>

#include "kernels/cpu/elementwise.h"

namespace huegrad {

void strided_copy(Cpu, const StridedCopyShape& s, const float* x, float* y) {
  parallel_for(0, s.rows, row_grain(s.length), [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i)
      std::memcpy(y + i * s.y_stride, x + i * s.x_stride, size_t(s.length) * sizeof(float));
  });
}

}  // namespace huegrad
