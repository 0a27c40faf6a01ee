// Step 3: a thread makes 4 x 4 values, which stay in its registers. For one k it reads 4 values of x and 4 of
// w from shared memory and makes 16 multiply-adds of them: half a read for each, not two.
//
// The block's tile grows to 64 x 64 with the same 256 threads, so memory is read 4 times less too. A thread's
// rows and columns are 16 apart, so that neighbouring threads read neighbouring values.
#include "kernels/cuda/device.h"
#include "kernels/ladder/matrix_product.h"

namespace huegrad::ladder {
namespace {

constexpr int kThreads = 16;             // of a block, each way
constexpr int kEach = 4;                 // values of a thread, each way
constexpr int kTile = kThreads * kEach;  // of y
constexpr int kDepth = 16;               // of a slice
constexpr int kPitch = kDepth + 1;       // rows start in different banks of shared memory

// Brings rows [first_row, first_row + kTile) of a slice; zeros where there are none.
__device__ __forceinline__ void bring(const float* from, int64_t rows, int64_t depth, int64_t first_row,
                                      int64_t first_k, float (*slice)[kPitch]) {
  for (int i = int(threadIdx.x); i < kTile * kDepth; i += kThreads * kThreads) {
    const int64_t row = first_row + i / kDepth, k = first_k + i % kDepth;
    slice[i / kDepth][i % kDepth] = row < rows && k < depth ? from[row * depth + k] : 0;
  }
}

__global__ void __launch_bounds__(kThreads* kThreads)
    ladder_register_tile_kernel(LinearShape s, const float* x, const float* w, float* y) {
  SHARED(float, x_slice, [kTile][kPitch]);
  SHARED(float, w_slice, [kTile][kPitch]);
  const int i = int(threadIdx.x) / kThreads, j = int(threadIdx.x) % kThreads;
  const int64_t first_row = int64_t(blockIdx.y) * kTile, first_column = int64_t(blockIdx.x) * kTile;
  float sum[kEach][kEach] = {};
  for (int64_t first = 0; first < s.in_features; first += kDepth) {
    bring(x, s.rows, s.in_features, first_row, first, x_slice);
    bring(w, s.out_features, s.in_features, first_column, first, w_slice);
    __syncthreads();
    for (int k = 0; k < kDepth; ++k) {
      float of_x[kEach], of_w[kEach];
      for (int m = 0; m < kEach; ++m) of_x[m] = x_slice[i + m * kThreads][k];
      for (int n = 0; n < kEach; ++n) of_w[n] = w_slice[j + n * kThreads][k];
      for (int m = 0; m < kEach; ++m)
        for (int n = 0; n < kEach; ++n) sum[m][n] = fmaf(of_x[m], of_w[n], sum[m][n]);
    }
    __syncthreads();
  }
  for (int m = 0; m < kEach; ++m)
    for (int n = 0; n < kEach; ++n) {
      const int64_t row = first_row + i + m * kThreads, column = first_column + j + n * kThreads;
      if (row < s.rows && column < s.out_features) y[row * s.out_features + column] = sum[m][n];
    }
}

}  // namespace

void register_tile(Cuda cuda, const LinearShape& s, const float* x, const float* w, float* y) {
  const dim3 grid(unsigned((s.out_features + kTile - 1) / kTile), unsigned((s.rows + kTile - 1) / kTile));
  cuda::launch("matrix product, step 3", cuda, ladder_register_tile_kernel, grid, kThreads * kThreads, 0, s,
               x, w, y);
}

}  // namespace huegrad::ladder
