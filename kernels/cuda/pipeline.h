// How tiles come into shared memory: several stages ahead of the products (cp.async).
#pragma once
#include "kernels/cuda/storage.h"

namespace huegrad::cuda::implicit_gemm {

// Brings `width` values (16 bytes, or one) of a row from memory into shared memory, or zeros. reused: other
// rows of the tile read the same soon, so they stay in the first-level cache.
template <int width, bool reused = false, class Storage>
__device__ __forceinline__ void stage(Storage* to, const Storage* from, bool wanted) {
  if constexpr (width == 1)
    *to = wanted ? *from : Storage{};
  else if constexpr (reused)
    cp_async16_cached(to, from, wanted);
  else
    cp_async16(to, from, wanted);
}

// Keeps `stages - 1` tiles on their way while one is multiplied. load(stage), called for one tile after the
// other, begins to bring the next, multiply(stage) uses one that has arrived.
template <int stages, class Load, class Multiply>
__device__ __forceinline__ void pipeline(int tiles, Load& load, const Multiply& multiply) {
  for (int tile = 0; tile < stages - 1; ++tile) {
    if (tile < tiles) load(tile);
    cp_async_commit();
  }
  int arrived = 0, next = stages - 1;
  for (int tile = 0; tile < tiles; ++tile) {
    cp_async_wait<stages - 2>();
    __syncthreads();  // everybody's part of this tile is there, and nobody reads the one before any more
    if (tile + stages - 1 < tiles) load(next);
    cp_async_commit();
    multiply(arrived);
    if (++arrived == stages) arrived = 0;
    if (++next == stages) next = 0;
  }
  cp_async_wait<0>();
  __syncthreads();
}

}  // namespace huegrad::cuda::implicit_gemm
