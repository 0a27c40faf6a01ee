// Sums of a whole array in a fixed order: every block leaves one partial sum, one block adds those.
#pragma once
#include <algorithm>
#include <cstdint>

#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

constexpr int kSumThreads = 256;
constexpr int64_t kSumBlocks = 512;

inline unsigned sum_blocks(int64_t items) {
  return unsigned(std::clamp<int64_t>((items + kSumThreads - 1) / kSumThreads, 1, kSumBlocks));
}

inline double* sum_partials(Cuda cuda) {
  return static_cast<double*>(cuda.context->scratch(kSumBlocks * int64_t(sizeof(double))));
}

// The sum over the block's threads, for all of them: halves are added to halves.
__device__ __forceinline__ double block_sum(double value) {
  SHARED(double, shared, [kSumThreads]);
  shared[threadIdx.x] = value;
  __syncthreads();
  for (int half = kSumThreads / 2; half > 0; half /= 2) {
    if (int(threadIdx.x) < half) shared[threadIdx.x] += shared[threadIdx.x + half];
    __syncthreads();
  }
  return shared[0];
}

// Finish: `__device__ void operator()(double sum) const`, called once.
template <class Finish>
__global__ void __launch_bounds__(kSumThreads)
    finish_sum_kernel(unsigned blocks, const double* partial, Finish finish) {
  double sum = 0;
  for (unsigned i = threadIdx.x; i < blocks; i += kSumThreads) sum += partial[i];
  sum = block_sum(sum);
  if (threadIdx.x == 0) finish(sum);
}

}  // namespace huegrad::cuda
