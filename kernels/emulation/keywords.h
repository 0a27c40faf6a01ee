// CUDA's keywords and built-in variables for a plain C++20 compiler.
#pragma once
#include <cuda_runtime_api.h>

#undef __global__
#undef __device__
#undef __host__
#undef __constant__
#undef __shared__
#undef __forceinline__
#undef __launch_bounds__
#undef __grid_constant__
#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __shared__ \
  static_assert(false, "write SHARED(float, tile, [16][17]), which emulation/shared_memory.h has too");
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__
#ifndef __align__
#define __align__(n) __attribute__((aligned(n)))
#endif

extern uint3 threadIdx, blockIdx;  // of the thread that runs; the scheduler writes them when it resumes one
extern dim3 blockDim, gridDim;
constexpr int warpSize = 32;
