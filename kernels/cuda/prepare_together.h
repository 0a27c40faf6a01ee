// Work that all blocks of a grid do together before each goes on with its own, in one launch. It is cut into
// pieces; a block takes one after the other while there are any, then waits until the last is done, by
// whomever. Nobody waits while holding a piece, so the blocks need not all be resident: those that are not
// find everything done.
#pragma once
#include "kernels/cuda/device.h"

namespace huegrad::cuda {

// In device memory, zero at launch.
struct PreparedPieces {
  int taken, done;
};

// Calls prepare(piece) for each of `count` pieces, in some block of the grid; what they write to device
// memory is there afterwards, for all. All threads of all blocks call this, and those of a block call
// prepare together.
template <class Prepare>
__device__ __forceinline__ void prepare_together(PreparedPieces* pieces, int count, const Prepare& prepare) {
  SHARED(int, piece, [1]);
  const bool leads = threadIdx.x == 0;
  int done = 0;
  if (leads) {
    done = acquire_load(&pieces->done);
    piece[0] = done < count ? atomicAdd(&pieces->taken, 1) : count;
  }
  __syncthreads();
  while (piece[0] < count) {
    prepare(piece[0]);
    __syncthreads();  // all have written, and read which piece it is
    if (leads) {
      release_add(&pieces->done, 1);
      piece[0] = atomicAdd(&pieces->taken, 1);
    }
    __syncthreads();
  }
  while (leads && done < count) done = acquire_load(&pieces->done);
  __syncthreads();
}

}  // namespace huegrad::cuda
