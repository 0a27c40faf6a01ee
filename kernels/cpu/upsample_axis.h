// Lists of the source pixels, with their weights, that make up each target pixel along one axis.
#pragma once
#include <vector>

#include "kernels/upsample_taps.h"

namespace huegrad {

struct AxisTap {
  int64_t pixel;
  float weight;
};

struct AxisTaps {
  const AxisTap *first, *last;
};

using AxisLists = std::vector<std::vector<AxisTap>>;

inline AxisTaps taps_of(const std::vector<AxisTap>& list) { return {list.data(), list.data() + list.size()}; }

// For each output pixel the input pixels it reads.
inline AxisLists axis_lists(UpsampleMode mode, int64_t in_extent, int64_t out_extent) {
  AxisLists lists(out_extent);
  for (int64_t p = 0; p < out_extent; ++p) {
    const UpsampleTaps taps = upsample_taps(mode, in_extent, out_extent, p);
    lists[p].push_back({taps.low, float(1 - taps.weight)});
    if (taps.weight > 0) lists[p].push_back({taps.high, float(taps.weight)});
  }
  return lists;
}

// For each input pixel the output pixels that read it.
inline AxisLists transposed(const AxisLists& lists, int64_t in_extent) {
  AxisLists result(in_extent);
  for (int64_t p = 0; p < int64_t(lists.size()); ++p)
    for (const AxisTap& tap : lists[p]) result[tap.pixel].push_back({p, tap.weight});
  return result;
}

}  // namespace huegrad
