// Step 5: the next slices arrive while this one is used. A copy from memory to shared memory is only begun
// (cp.async: 16 bytes, past the registers); three slices are on their way while the fourth is multiplied, and
// what a slice takes from memory hides behind the products of those before it.
//
// One wait in a round does for both things: this slice has arrived for everybody, and nobody still reads the
// one that is overwritten next.
#include "kernels/ladder/matrix_product.h"
#include "kernels/ladder/warp_tile.h"

namespace huegrad::ladder {
namespace {

constexpr int kStages = 4;
constexpr int kVector = 4;  // floats of one copy
constexpr int kStage = 2 * kSlice;

__device__ __forceinline__ void begin_to_bring(const float* from, int64_t rows, int64_t depth,
                                               int64_t first_row, int64_t first_k, float* slice) {
  constexpr int kVectors = kDepth / kVector;
  for (int i = int(threadIdx.x); i < kTile * kVectors; i += kThreads) {
    const int64_t row = first_row + i / kVectors, k = first_k + i % kVectors * kVector;
    const bool inside = row < rows && k < depth;
    cuda::cp_async16(slice + i / kVectors * kPitch + i % kVectors * kVector,
                     from + (inside ? row * depth + k : 0), inside);
  }
}

__global__ void __launch_bounds__(kThreads)
    ladder_pipelined_kernel(LinearShape s, const float* x, const float* w, float* y) {
  auto* stages = cuda::dynamic_shared<float>();
  const int64_t first_row = int64_t(blockIdx.y) * kTile, first_column = int64_t(blockIdx.x) * kTile;
  const int slices = int((s.in_features + kDepth - 1) / kDepth);
  const auto begin = [&](int slice) {
    if (slice < slices) {
      float* stage = stages + slice % kStages * kStage;
      begin_to_bring(x, s.rows, s.in_features, first_row, int64_t(slice) * kDepth, stage);
      begin_to_bring(w, s.out_features, s.in_features, first_column, int64_t(slice) * kDepth, stage + kSlice);
    }
    cuda::cp_async_commit();  // an empty group where there is nothing left keeps the count of groups
  };
  for (int slice = 0; slice < kStages - 1; ++slice) begin(slice);
  WarpSums sums;
  for (int slice = 0; slice < slices; ++slice) {
    cuda::cp_async_wait<kStages - 2>();
    __syncthreads();
    begin(slice + kStages - 1);
    const float* stage = stages + slice % kStages * kStage;
    multiply_slice(stage, stage + kSlice, sums);
  }
  cuda::cp_async_wait<0>();
  store(sums, first_row, first_column, s.rows, s.out_features, y);
}

}  // namespace

void pipelined(Cuda cuda, const LinearShape& s, const float* x, const float* w, float* y) {
  const bool aligned = reinterpret_cast<uintptr_t>(x) % 16 == 0 && reinterpret_cast<uintptr_t>(w) % 16 == 0;
  if (s.in_features % kVector != 0 || !aligned)
    throw CudaError(
        "[matrix product, step 5] the depth must be a multiple of 4 and the arrays begin at 16 bytes");
  const dim3 grid(unsigned((s.out_features + kTile - 1) / kTile), unsigned((s.rows + kTile - 1) / kTile));
  cuda::launch("matrix product, step 5", cuda, ladder_pipelined_kernel, grid, kThreads,
               kStages * kStage * sizeof(float), s, x, w, y);
}

}  // namespace huegrad::ladder
