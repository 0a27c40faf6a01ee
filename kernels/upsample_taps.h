// Where an output pixel of upsample reads along one axis; rows and columns are independent.
#pragma once
#include <algorithm>

#include "kernels/upsample.h"

namespace huegrad {

// value = (1 - weight) * x[low] + weight * x[high]
struct UpsampleTaps {
  int64_t low = 0, high = 0;
  double weight = 0;
};

constexpr UpsampleTaps upsample_taps(UpsampleMode mode, int64_t in_extent, int64_t out_extent, int64_t p) {
  if (mode == UpsampleMode::nearest) {
    const int64_t nearest = p * in_extent / out_extent;
    return {nearest, nearest, 0};
  }
  const double position = (double(p) + 0.5) * double(in_extent) / double(out_extent) - 0.5;
  const double inside = std::clamp(position, 0.0, double(in_extent - 1));
  const auto low = int64_t(inside);
  return {low, std::min(low + 1, in_extent - 1), inside - double(low)};
}

}  // namespace huegrad
