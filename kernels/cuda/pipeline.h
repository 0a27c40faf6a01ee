// How steps of a tile come into shared memory: some stages ahead of the products (cp.async).
#pragma once
#include "kernels/cuda/device.h"

namespace huegrad::cuda::implicit_gemm {

// Whether the copy number `index` of `count` belongs to this of `parts` parts.
constexpr bool belongs(int index, int count, int part, int parts) { return index * parts / count == part; }

// Keeps `stages - 1` steps on their way while one is multiplied. The loader is asked for one step after the
// other: begin(stage, wanted), and then bring<parts>(part) for all its parts, begins to copy a step into a
// stage, or zeros where it is not wanted any more. multiply(stage, between) uses one that has arrived and
// calls between(part) for all parts meanwhile.
template <int stages, int parts, class Loader, class Multiply>
__device__ __forceinline__ void pipeline(int steps, Loader& loader, const Multiply& multiply) {
  for (int step = 0; step < stages - 1; ++step) {
    loader.begin(step, step < steps);
#pragma unroll
    for (int part = 0; part < parts; ++part) loader.template bring<parts>(part);
    cp_async_commit();
  }
  int arrived = 0, next = stages - 1;
  for (int step = 0; step < steps; ++step) {
    cp_async_wait<stages - 2>();
    __syncthreads();  // everybody's part of this step is there, and nobody reads the one before any more
    multiply(arrived, [&](int part) {
      if (part == 0) loader.begin(next, step + stages - 1 < steps);
      loader.template bring<parts>(part);
    });
    cp_async_commit();
    if (++arrived == stages) arrived = 0;
    if (++next == stages) next = 0;
  }
  cp_async_wait<0>();
  __syncthreads();
}

}  // namespace huegrad::cuda::implicit_gemm
