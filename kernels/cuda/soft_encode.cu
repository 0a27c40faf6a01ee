// A thread a colour, which keeps the sorted list of the nearest bins in registers: a candidate goes through
// all places of the list and pushes what it displaces ahead of it.
#include "kernels/soft_encode.h"

#include "kernels/cuda/elementwise.h"

namespace huegrad {
namespace cuda {
namespace {

struct NearestBins {
  float distance2[kMostNeighbours];
  int32_t bin[kMostNeighbours];

  __device__ __forceinline__ NearestBins(const AbBinTable& bins, float a, float b) {
#pragma unroll
    for (int place = 0; place < kMostNeighbours; ++place) {
      distance2[place] = INFINITY;
      bin[place] = 0;
    }
    const int cell = bins.cell(a, b);
    for (int32_t at = bins.first[cell]; at < bins.first[cell + 1]; ++at) {
      const int32_t candidate = bins.candidates[at];
      insert(bins.distance2(candidate, a, b), candidate);
    }
  }

  __device__ __forceinline__ void insert(float distance, int32_t candidate) {
    bool inserted = false;
#pragma unroll
    for (int place = 0; place < kMostNeighbours; ++place) {
      inserted = inserted || distance < distance2[place];
      const float displaced_distance = distance2[place];
      const int32_t displaced = bin[place];
      distance2[place] = inserted ? distance : displaced_distance;
      bin[place] = inserted ? candidate : displaced;
      distance = inserted ? displaced_distance : distance;
      candidate = inserted ? displaced : candidate;
    }
  }
};

__global__ void __launch_bounds__(kElementwiseThreads)
    soft_encode_kernel(SoftEncodeShape s, AbBinTable bins, const float* ab, int32_t* index, float* weight,
                       float* entropy) {
  const float scale = -0.5f / (s.sigma * s.sigma);
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.colors; i += step) {
    NearestBins best(bins, ab[2 * i], ab[2 * i + 1]);
    // With logarithms l relative to the nearest bin: p = exp(l) / sum, entropy = log(sum) - sum of p l.
    const float least = best.distance2[0];
    float sum = 0, weighted = 0;
#pragma unroll
    for (int j = 0; j < kMostNeighbours; ++j) {
      if (j >= s.neighbours) continue;
      const float l = scale * (best.distance2[j] - least), p = expf(l);
      sum += best.distance2[j] = p;
      weighted += p * l;
    }
#pragma unroll
    for (int j = 0; j < kMostNeighbours; ++j) {
      if (j >= s.neighbours) continue;
      index[i * s.neighbours + j] = best.bin[j];
      weight[i * s.neighbours + j] = best.distance2[j] / sum;
    }
    if (entropy) entropy[i] = logf(sum) - weighted / sum;
  }
}

}  // namespace
}  // namespace cuda

void soft_encode(Cuda cuda, const SoftEncodeShape& s, const AbBinTable& bins, const float* ab, int32_t* index,
                 float* weight, float* entropy) {
  if (s.colors > 0)
    cuda::launch("soft_encode", cuda, cuda::soft_encode_kernel, cuda::elementwise_blocks(cuda, s.colors),
                 cuda::kElementwiseThreads, 0, s, bins, ab, index, weight, entropy);
}

}  // namespace huegrad
