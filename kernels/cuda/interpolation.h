// A value between the four pixels around it (kernels/upsample.h).
#pragma once
#include "kernels/cuda/storage.h"
#include "kernels/upsample_taps.h"

namespace huegrad::cuda {

// The four pixels around an output pixel and their shares.
struct Interpolation {
  UpsampleTaps row, column;

  __device__ __forceinline__ Interpolation(const UpsampleShape& s, int64_t out_row, int64_t out_column)
      : row(upsample_taps(s.mode, s.in_height, s.out_height, out_row)),
        column(upsample_taps(s.mode, s.in_width, s.out_width, out_column)) {}

  __device__ __forceinline__ float blend(float low_left, float low_right, float high_left,
                                         float high_right) const {
    const auto down = float(row.weight), right = float(column.weight);
    const float low = (1 - right) * low_left + right * low_right;
    const float high = (1 - right) * high_left + right * high_right;
    return (1 - down) * low + down * high;
  }

  // at(row, column) reads a value.
  template <class At>
  __device__ __forceinline__ float operator()(const At& at) const {
    return blend(at(row.low, column.low), at(row.low, column.high), at(row.high, column.low),
                 at(row.high, column.high));
  }
};

}  // namespace huegrad::cuda
