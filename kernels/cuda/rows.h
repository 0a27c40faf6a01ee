// A row of a matrix (pixel x classes) in the registers of a warp, or of a part of it. staged_rows.h brings
// it.
#pragma once
#include <cstdint>

#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

constexpr int kWarp = 32;
constexpr int kMostRowColumns = 1024;
constexpr float kLog2OfE = 1.44269504f;

// Both give each of `lanes` neighbouring lanes the result, in an order that does not depend on the lane.
template <int lanes = kWarp>
__device__ __forceinline__ float warp_sum(float value) {
  for (int distance = lanes / 2; distance > 0; distance /= 2)
    value += __shfl_xor_sync(0xffffffffu, value, distance);
  return value;
}
template <int lanes = kWarp>
__device__ __forceinline__ float warp_max(float value) {
  for (int distance = lanes / 2; distance > 0; distance /= 2)
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, distance));
  return value;
}

// Who has what of a row: value i of lane l is column l + lanes * i. tight: there are more columns than
// lanes * (count - 1), so only a lane's last value can lie beyond the row.
template <int count_, bool tight, int lanes_ = kWarp>
struct RowLayout {
  static constexpr int count = count_, lanes = lanes_;
  int columns, lane;

  __device__ __forceinline__ int column(int i) const { return lane + lanes * i; }
  __device__ __forceinline__ bool has(int i) const { return (tight && i + 1 < count) || column(i) < columns; }
};

// exp(x / temperature) relative to the largest of the row, and their sum: the softmax of a row before it is
// divided. Beyond the row values are zero. A NaN makes the sum NaN.
template <class Layout>
struct RowExponentials {
  float values[Layout::count];
  float largest, scale, sum;

  template <class Storage>
  __device__ __forceinline__ RowExponentials(const Layout& layout, const Storage* row,
                                             float inverse_temperature) {
    largest = -INFINITY;
#pragma unroll
    for (int i = 0; i < Layout::count; ++i) {
      values[i] = layout.has(i) ? to_float(row[layout.column(i)]) : -INFINITY;
      largest = fmaxf(largest, values[i]);
    }
    largest = warp_max<Layout::lanes>(largest);
    // As powers of two, which the hardware has. Rounding the exponent costs |x| 2^-24 of exp(x), less than a
    // rounding of the largest value.
    scale = inverse_temperature * kLog2OfE;
    sum = 0;
#pragma unroll
    for (int i = 0; i < Layout::count; ++i) {
      values[i] = of(values[i]);
      sum += values[i];
    }
    sum = warp_sum<Layout::lanes>(sum);
  }

  // Of any value of the row.
  __device__ __forceinline__ float of(float value) const { return exp2_approx((value - largest) * scale); }
};

// Calls run(layout type) with as many values a lane as rows of so many columns need: labels of VOC and COCO,
// and tightly the 313 colours.
template <class Run>
void with_row_layout(const char* op, int64_t columns, const Run& run) {
  if (columns <= 32)
    run(RowLayout<1, true>{});
  else if (columns <= 192)
    run(RowLayout<6, false>{});
  else if (columns > 288 && columns <= 320)
    run(RowLayout<10, true>{});
  else if (columns <= kMostRowColumns)
    run(RowLayout<kMostRowColumns / kWarp, false>{});
  else
    throw CudaError("[" + std::string(op) + "] " + std::to_string(columns) +
                    " classes, the CUDA kernel takes " + std::to_string(kMostRowColumns) + " at most");
}

}  // namespace huegrad::cuda
