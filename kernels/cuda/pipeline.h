// How steps of a tile come into shared memory: some stages ahead of the products (cp.async).
#pragma once
#include "kernels/cuda/device.h"

namespace huegrad::cuda::implicit_gemm {

// Whether the copy number `index` of `count` belongs to this of `parts` parts.
constexpr bool belongs(int index, int count, int part, int parts) { return index * parts / count == part; }

// Keeps steps on their way while one is multiplied: all stages but that one and those of the steps that may
// still be read (Math::behind). The loader is asked for one step after the other: begin(stage, wanted), and
// then bring<parts>(part) for all its parts, begins to copy a step into a stage, or zeros where it is not
// wanted any more. multiply(stage, first, between) uses one that has arrived, the first or a later one, and
// calls between(part) for all parts meanwhile.
template <class Math, int stages, class Loader, class Multiply>
__device__ __forceinline__ void pipeline(int steps, Loader& loader, const Multiply& multiply) {
  constexpr int ahead = stages - 1 - Math::behind;
  static_assert(ahead > 0);
  for (int step = 0; step < ahead; ++step) {
    loader.begin(step, step < steps);
#pragma unroll
    for (int part = 0; part < Math::parts; ++part) loader.template bring<Math::parts>(part);
    cp_async_commit();
  }
  int arrived = 0, next = ahead;
  for (int step = 0; step < steps; ++step) {
    cp_async_wait<ahead - 1>();
    Math::publish();
    __syncthreads();  // everybody's part of this step is there, and nobody reads what comes next overwrites
    multiply(arrived, step == 0, [&](int part) {
      if (part == 0) loader.begin(next, step + ahead < steps);
      loader.template bring<Math::parts>(part);
    });
    cp_async_commit();
    if (++arrived == stages) arrived = 0;
    if (++next == stages) next = 0;
  }
  cp_async_wait<0>();
}

}  // namespace huegrad::cuda::implicit_gemm
