// A warp a row of a matrix (pixel x classes), its values in registers: value i of lane l is column l + 32 i.
#pragma once
#include <cstdint>

#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

constexpr int kWarp = 32, kRowsPerBlock = 8;
constexpr int kMostRowColumns = 1024;

// Both give every lane the result, in an order that does not depend on the lane.
__device__ __forceinline__ float warp_sum(float value) {
  for (int distance = kWarp / 2; distance > 0; distance /= 2)
    value += __shfl_xor_sync(0xffffffffu, value, distance);
  return value;
}
__device__ __forceinline__ float warp_max(float value) {
  for (int distance = kWarp / 2; distance > 0; distance /= 2)
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, distance));
  return value;
}

// exp(x / temperature) relative to the largest of the row, and their sum: the softmax of a row before it is
// divided. Columns that do not exist are zero. A NaN makes the sum NaN.
template <int count>
struct RowExponentials {
  float values[count];
  float largest, sum;

  template <class Storage>
  __device__ __forceinline__ RowExponentials(int columns, const Storage* row, float inverse_temperature) {
    largest = -INFINITY;
#pragma unroll
    for (int i = 0; i < count; ++i) {
      const int column = int(threadIdx.x) + kWarp * i;
      values[i] = column < columns ? to_float(row[column]) : -INFINITY;
      largest = fmaxf(largest, values[i]);
    }
    largest = warp_max(largest);
    sum = 0;
#pragma unroll
    for (int i = 0; i < count; ++i) {
      const bool exists = int(threadIdx.x) + kWarp * i < columns;
      values[i] = exists ? expf((values[i] - largest) * inverse_temperature) : 0.0f;
      sum += values[i];
    }
    sum = warp_sum(sum);
  }
};

// Calls run(count) with the registers a lane needs for so many columns, as an integral_constant.
template <class Run>
void with_row_registers(const char* op, int64_t columns, const Run& run) {
  if (columns <= 32)
    run(std::integral_constant<int, 1>{});
  else if (columns <= 192)
    run(std::integral_constant<int, 6>{});
  else if (columns <= 320)
    run(std::integral_constant<int, 10>{});
  else if (columns <= kMostRowColumns)
    run(std::integral_constant<int, kMostRowColumns / kWarp>{});
  else
    throw CudaError("[" + std::string(op) + "] " + std::to_string(columns) +
                    " classes, the CUDA kernel takes " + std::to_string(kMostRowColumns) + " at most");
}

inline dim3 row_threads() { return dim3(kWarp, kRowsPerBlock); }
inline unsigned row_blocks(int64_t rows) { return unsigned((rows + kRowsPerBlock - 1) / kRowsPerBlock); }

}  // namespace huegrad::cuda
