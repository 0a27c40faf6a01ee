// Step 2: a block shares what it reads. It walks along the depth in slices of 16; its 256 threads bring a 16
// x 16 piece of x and one of w into shared memory, wait for each other, and use every value 16 times.
//
// Memory is read 16 times less. Now the multipliers wait for shared memory: still two reads for each
// multiply-add.
#include "kernels/cuda/device.h"
#include "kernels/ladder/matrix_product.h"

namespace huegrad::ladder {
namespace {

constexpr int kSide = 16;          // of the block's tile of y, and of its slices
constexpr int kPitch = kSide + 1;  // rows start in different banks of shared memory

__global__ void __launch_bounds__(kSide* kSide)
    ladder_shared_tile_kernel(LinearShape s, const float* x, const float* w, float* y) {
  SHARED(float, x_slice, [kSide][kPitch]);
  SHARED(float, w_slice, [kSide][kPitch]);
  const int i = int(threadIdx.x) / kSide, j = int(threadIdx.x) % kSide;
  const int64_t row = int64_t(blockIdx.y) * kSide + i;
  const int64_t column = int64_t(blockIdx.x) * kSide + j, column_to_bring = int64_t(blockIdx.x) * kSide + i;
  float sum = 0;
  for (int64_t first = 0; first < s.in_features; first += kSide) {
    const bool inside = first + j < s.in_features;  // neighbours bring neighbours
    x_slice[i][j] = inside && row < s.rows ? x[row * s.in_features + first + j] : 0;
    w_slice[i][j] =
        inside && column_to_bring < s.out_features ? w[column_to_bring * s.in_features + first + j] : 0;
    __syncthreads();
    for (int k = 0; k < kSide; ++k) sum = fmaf(x_slice[i][k], w_slice[j][k], sum);
    __syncthreads();  // before the slice is overwritten
  }
  if (row < s.rows && column < s.out_features) y[row * s.out_features + column] = sum;
}

}  // namespace

void shared_tile(Cuda cuda, const LinearShape& s, const float* x, const float* w, float* y) {
  const dim3 grid(unsigned((s.out_features + kSide - 1) / kSide), unsigned((s.rows + kSide - 1) / kSide));
  cuda::launch("matrix product, step 2", cuda, ladder_shared_tile_kernel, grid, kSide * kSide, 0, s, x, w, y);
}

}  // namespace huegrad::ladder
