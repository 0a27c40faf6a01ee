// Which input pixels a pooling window covers along one axis, and the inverse.
#pragma once
#include <algorithm>

#include "kernels/max_pool.h"

namespace huegrad {

struct PixelRange {
  int64_t first = 0, last = 0;  // last is excluded
  constexpr int64_t size() const { return last - first; }
};

// The pixels of window `out` that lie inside an image of `in_extent` pixels; never empty.
constexpr PixelRange pool_window(const Pool2dShape& shape, int64_t out, int64_t in_extent) {
  const int64_t start = out * shape.stride - shape.padding;
  return {std::max<int64_t>(0, start), std::min(in_extent, start + shape.kernel)};
}

// The windows, out of out_extent, that cover pixel `in`.
constexpr PixelRange pool_windows_over(const Pool2dShape& shape, int64_t in, int64_t out_extent) {
  const int64_t offset = in + shape.padding, beyond = std::max<int64_t>(0, offset - shape.kernel + 1);
  return {(beyond + shape.stride - 1) / shape.stride, std::min(out_extent, offset / shape.stride + 1)};
}

}  // namespace huegrad
