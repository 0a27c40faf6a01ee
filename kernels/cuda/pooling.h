// What pooling kernels share: a thread makes one pack of values, of an output pixel forwards and of an input
// pixel backwards (gathering what the windows over it hand back, so that nothing is added atomically). The
// windows of kernels/pool_window.h, in 32 bits and without a division, which would take longer than the
// memory.
#pragma once
#include <algorithm>
#include <string>

#include "kernels/cuda/images.h"
#include "kernels/max_pool.h"

namespace huegrad::cuda {

// From `first` to before `last`.
struct PoolRange {
  int first, last;
  __device__ __forceinline__ int size() const { return last - first; }
};

// One axis of a picture that is pooled.
struct PoolAxis {
  int in, out, kernel, stride, padding;
  Divisor by_stride;

  PoolAxis(const Pool2dShape& s, int64_t in, int64_t out)
      : in(int(in)),
        out(int(out)),
        kernel(int(s.kernel)),
        stride(int(s.stride)),
        padding(int(s.padding)),
        by_stride(s.stride) {}

  // The pixels of a window.
  __device__ __forceinline__ PoolRange window(int index) const {
    const int start = index * stride - padding;
    return {max(0, start), min(in, start + kernel)};
  }
  // The windows that cover a pixel.
  __device__ __forceinline__ PoolRange windows_over(int pixel) const {
    const int offset = pixel + padding, beyond = max(0, offset - kernel + 1);
    return {by_stride.quotient(beyond + stride - 1), min(out, by_stride.quotient(offset) + 1)};
  }
};

struct PoolLayout {
  PoolAxis rows, columns;
  int channels;

  // Throws CudaError where 32 bits are too few; those of the picture's own size are image_layout's to check.
  PoolLayout(const char* op, const Pool2dShape& s)
      : rows(s, s.in_height, s.out_height()),
        columns(s, s.in_width, s.out_width()),
        channels(int(s.channels)) {
    constexpr int64_t most = int64_t(1) << 29;
    if (std::max(s.kernel, s.stride) > most)
      throw CudaError("[" + std::string(op) + "] windows of " + std::to_string(s.kernel) + " pixels, " +
                      std::to_string(s.stride) + " apart: the CUDA kernel takes 2^29 at most");
  }
};

// Calls visit(offset of the window's values, row, column) for every window over the input values at `place`,
// in order.
template <class Visit>
__device__ __forceinline__ void for_each_window_over(const PoolLayout& pool, const ImagePlace& place,
                                                     const Visit& visit) {
  const PoolRange rows = pool.rows.windows_over(place.row);
  const PoolRange columns = pool.columns.windows_over(place.column);
  for (int p = rows.first; p < rows.last; ++p) {
    int64_t window =
        ((place.n * pool.rows.out + p) * pool.columns.out + columns.first) * pool.channels + place.channel;
    for (int q = columns.first; q < columns.last; ++q, window += pool.channels) visit(window, p, q);
  }
}

}  // namespace huegrad::cuda
