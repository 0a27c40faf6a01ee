// Threads that wait for others who do not come, or meet them at the wrong place.
#include "tests/emulation/planted_bug.h"

namespace planted {
namespace {

constexpr unsigned kAll = ~0u;

__global__ void barrier_in_branches(float* y, bool bug) {
  y[threadIdx.x] = 1;
  if (bug && threadIdx.x < 32)
    __syncthreads();
  else
    __syncthreads();
}

__global__ void return_before_barrier(float* y, bool bug) {
  if (bug && threadIdx.x >= 40) return;
  y[threadIdx.x] = 1;
  __syncthreads();
}

// Warp 0 waits for warp 1 at the barrier, lane 32 for lane 33 at a collective, and lane 33 for warp 0.
__global__ void wait_for_each_other(float* y, bool bug) {
  y[threadIdx.x] = 1;
  if (bug && threadIdx.x == 32) __syncwarp(3);
  __syncthreads();
}

__global__ void shuffle_in_a_branch(const float* x, float* y, bool bug) {
  float value = x[threadIdx.x];
  if (bug && threadIdx.x < 16)
    value = __shfl_xor_sync(kAll, value, 1);
  else
    value = __shfl_xor_sync(kAll, value, 1);
  y[threadIdx.x] = value;
}

__global__ void shuffle_without_caller(const float* x, float* y, bool bug) {
  y[threadIdx.x] = __shfl_xor_sync(bug ? 0xffffu : kAll, x[threadIdx.x], 1);
}

// The sum of a warp's values, in every lane; a block of 48 threads has half a warp.
__global__ void sum_of_warps(const float* x, float* y, bool bug) {
  float sum = x[threadIdx.x];
  for (int distance = 16; distance > 0; distance /= 2) {
    const float other = __shfl_xor_sync(kAll, sum, distance);
    if (bug || (threadIdx.x ^ unsigned(distance)) < blockDim.x) sum += other;
  }
  y[threadIdx.x] = sum;
}

bool fills(void (*kernel)(float*, bool), bool bug) {
  const Values y(std::vector<float>(64, 0));
  launch(kernel, 1, 64, 0, y.data(), bug);
  return y.read() == std::vector<float>(64, 1);
}

bool swaps(void (*kernel)(const float*, float*, bool), bool bug) {
  const Values x(ramp(32)), y(32);
  launch(kernel, 1, 32, 0, x.data(), y.data(), bug);
  const std::vector<float> result = y.read();
  for (size_t i = 0; i < 32; ++i)
    if (result[i] != float((i ^ 1) + 1)) return false;
  return true;
}

bool sums_warps(bool bug) {
  const Values x(ramp(48)), y(48);
  launch(sum_of_warps, 1, 48, 0, x.data(), y.data(), bug);
  const std::vector<float> result = y.read();
  for (size_t i = 0; i < 48; ++i)
    if (result[i] != (i < 32 ? 32 * 33 / 2 : 48 * 49 / 2 - 32 * 33 / 2)) return false;
  return true;
}

}  // namespace

Programs rendezvous() {
  return {{"barrier_in_branches", [](bool bug) { return fills(barrier_in_branches, bug); }},
          {"return_before_barrier", [](bool bug) { return fills(return_before_barrier, bug); }},
          {"wait_for_each_other", [](bool bug) { return fills(wait_for_each_other, bug); }},
          {"shuffle_in_a_branch", [](bool bug) { return swaps(shuffle_in_a_branch, bug); }},
          {"shuffle_without_caller", [](bool bug) { return swaps(shuffle_without_caller, bug); }},
          {"shuffle_from_absent_lane", sums_warps}};
}

}  // namespace planted
