// What steps 4 and 5 share: a block's 64 x 64 tile of y, made by four warps of 32 x 32 values each, and how a
// warp multiplies a slice of it on tensor cores. They know nothing of how the slice came into shared memory.
#pragma once
#include "kernels/cuda/device.h"

namespace huegrad::ladder {

constexpr int kTile = 64, kWarpTile = 32, kThreads = 128;
constexpr int kDepth = 16;          // of a slice
constexpr int kPitch = kDepth + 4;  // rows start in different banks, at multiples of 16 bytes

// A slice of x and one of w: kTile rows of kDepth values each.
constexpr int kSlice = kTile * kPitch;

// An instruction multiplies 16 x 8 by 8 x 8; lane l holds of the result rows l / 4 and l / 4 + 8, columns
// 2 (l % 4) and the next (PTX ISA, "Matrix fragments for mma.m16n8k8").
constexpr int kPiecesDown = kWarpTile / 16, kPiecesAcross = kWarpTile / 8;

struct WarpSums {
  float values[kPiecesDown][kPiecesAcross][4] = {};
};

__device__ __forceinline__ int warp_row() { return int(threadIdx.x) / 32 / 2 * kWarpTile; }
__device__ __forceinline__ int warp_column() { return int(threadIdx.x) / 32 % 2 * kWarpTile; }

// sums += x * w^T of one slice.
__device__ __forceinline__ void multiply_slice(const float* x_slice, const float* w_slice, WarpSums& sums) {
  const int group = int(threadIdx.x) % 32 / 4, place = int(threadIdx.x) % 4;
  for (int k = place; k < kDepth; k += 8) {
    unsigned of_x[kPiecesDown][4], of_w[kPiecesAcross][2];
#pragma unroll
    for (int m = 0; m < kPiecesDown; ++m)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int row = warp_row() + 16 * m + group + i % 2 * 8;
        of_x[m][i] = cuda::to_tf32(x_slice[row * kPitch + k + i / 2 * 4]);
      }
#pragma unroll
    for (int n = 0; n < kPiecesAcross; ++n)
#pragma unroll
      for (int i = 0; i < 2; ++i)
        of_w[n][i] = cuda::to_tf32(w_slice[(warp_column() + 8 * n + group) * kPitch + k + i * 4]);
#pragma unroll
    for (int m = 0; m < kPiecesDown; ++m)
#pragma unroll
      for (int n = 0; n < kPiecesAcross; ++n)
        cuda::mma_m16n8k8(sums.values[m][n], of_x[m], of_w[n], sums.values[m][n]);
  }
}

__device__ __forceinline__ void store(const WarpSums& sums, int64_t first_row, int64_t first_column,
                                      int64_t rows, int64_t columns, float* y) {
  const int group = int(threadIdx.x) % 32 / 4, place = int(threadIdx.x) % 4 * 2;
#pragma unroll
  for (int m = 0; m < kPiecesDown; ++m)
#pragma unroll
    for (int n = 0; n < kPiecesAcross; ++n)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int64_t row = first_row + warp_row() + 16 * m + group + i / 2 * 8;
        const int64_t column = first_column + warp_column() + 8 * n + place + i % 2;
        if (row < rows && column < columns) y[row * columns + column] = sums.values[m][n][i];
      }
}

}  // namespace huegrad::ladder
