// Step 1: a thread for each value of y. The definition, many threads at a time.
//
// For every multiply-add a thread reads two values, and neighbours read mostly the same ones: caches save
// what they can, but the multipliers wait. Threads of a warp lie along a row of y, so w is read at a stride
// of `depth` and x is the same value for all of them.
#include "kernels/cuda/device.h"
#include "kernels/ladder/matrix_product.h"

namespace huegrad::ladder {
namespace {

constexpr int kSide = 16;  // threads of a block, each way

__global__ void __launch_bounds__(kSide* kSide)
    ladder_naive_kernel(LinearShape s, const float* x, const float* w, float* y) {
  const int64_t row = int64_t(blockIdx.y) * kSide + threadIdx.x / kSide;
  const int64_t column = int64_t(blockIdx.x) * kSide + threadIdx.x % kSide;
  if (row >= s.rows || column >= s.out_features) return;
  float sum = 0;
  for (int64_t k = 0; k < s.in_features; ++k)
    sum = fmaf(x[row * s.in_features + k], w[column * s.in_features + k], sum);
  y[row * s.out_features + column] = sum;
}

}  // namespace

void naive(Cuda cuda, const LinearShape& s, const float* x, const float* w, float* y) {
  const dim3 grid(unsigned((s.out_features + kSide - 1) / kSide), unsigned((s.rows + kSide - 1) / kSide));
  cuda::launch("matrix product, step 1", cuda, ladder_naive_kernel, grid, kSide * kSide, 0, s, x, w, y);
}

}  // namespace huegrad::ladder
