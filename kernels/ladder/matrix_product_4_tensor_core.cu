// Step 4: a warp multiplies small matrices in one instruction. Its 32 threads hold the pieces of a 16 x 8
// matrix, an 8 x 8 one and their product between them (warp_tile.h); one instruction makes 1024
// multiply-adds.
//
// The operands are rounded to TF32: floats with ten bits of mantissa. Slices come as in step 3, and now
// everybody waits for them: tensor cores are done long before the next slice is there.
#include "kernels/ladder/matrix_product.h"
#include "kernels/ladder/warp_tile.h"

namespace huegrad::ladder {
namespace {

__device__ __forceinline__ void bring(const float* from, int64_t rows, int64_t depth, int64_t first_row,
                                      int64_t first_k, float* slice) {
  for (int i = int(threadIdx.x); i < kTile * kDepth; i += kThreads) {
    const int64_t row = first_row + i / kDepth, k = first_k + i % kDepth;
    slice[i / kDepth * kPitch + i % kDepth] = row < rows && k < depth ? from[row * depth + k] : 0;
  }
}

__global__ void __launch_bounds__(kThreads)
    ladder_tensor_core_kernel(LinearShape s, const float* x, const float* w, float* y) {
  SHARED(float, x_slice, [kSlice]);
  SHARED(float, w_slice, [kSlice]);
  const int64_t first_row = int64_t(blockIdx.y) * kTile, first_column = int64_t(blockIdx.x) * kTile;
  WarpSums sums;
  for (int64_t first = 0; first < s.in_features; first += kDepth) {
    bring(x, s.rows, s.in_features, first_row, first, x_slice);
    bring(w, s.out_features, s.in_features, first_column, first, w_slice);
    __syncthreads();
    multiply_slice(x_slice, w_slice, sums);
    __syncthreads();
  }
  store(sums, first_row, first_column, s.rows, s.out_features, y);
}

}  // namespace

void tensor_core(Cuda cuda, const LinearShape& s, const float* x, const float* w, float* y) {
  const dim3 grid(unsigned((s.out_features + kTile - 1) / kTile), unsigned((s.rows + kTile - 1) / kTile));
  cuda::launch("matrix product, step 4", cuda, ladder_tensor_core_kernel, grid, kThreads, 0, s, x, w, y);
}

}  // namespace huegrad::ladder
