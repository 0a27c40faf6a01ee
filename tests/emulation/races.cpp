// Threads that do not wait for each other.
#include "tests/emulation/planted_bug.h"

namespace planted {
namespace {

// Every tile of 64 reversed.
__global__ void reverse_tiles(const float* x, float* y, int tiles, bool wait_after_load,
                              bool wait_after_use) {
  SHARED(float, tile, [64]);
  for (int i = 0; i < tiles; ++i) {
    tile[threadIdx.x] = x[i * 64 + int(threadIdx.x)];
    if (wait_after_load) __syncthreads();
    y[i * 64 + int(threadIdx.x)] = tile[63 - threadIdx.x];
    if (wait_after_use) __syncthreads();
  }
}

bool reverses(bool wait_after_load, bool wait_after_use) {
  const Values x(ramp(128)), y(128);
  launch(reverse_tiles, 1, 64, 0, x.data(), y.data(), 2, wait_after_load, wait_after_use);
  std::vector<float> expected = ramp(128);
  std::reverse(expected.begin(), expected.begin() + 64);
  std::reverse(expected.begin() + 64, expected.end());
  return y.read() == expected;
}

__global__ void broadcast(const float* x, float* y, bool wait) {
  SHARED(float, value, [1]);
  if (threadIdx.x == 0) value[0] = x[0];
  if (wait) __syncthreads();
  y[threadIdx.x] = value[0];
}

bool broadcasts(bool wait) {
  const Values x(std::vector<float>{7}), y(64);
  launch(broadcast, 1, 64, 0, x.data(), y.data(), wait);
  return y.read() == std::vector<float>(64, 7);
}

// The sum of a warp by lanes that are taken to move in step.
__global__ void sum_of_warp(const float* x, float* y, bool wait) {
  SHARED(float, sums, [64]);
  const int lane = int(threadIdx.x);
  sums[lane] = x[lane];
  sums[lane + 32] = 0;
  for (int distance = 16; distance > 0; distance /= 2) {
    if (wait) __syncwarp();
    const float other = sums[lane + distance];
    if (wait) __syncwarp();
    sums[lane] += other;
  }
  if (lane == 0) y[0] = sums[0];
}

bool sums_warp(bool wait) {
  const Values x(ramp(32)), y(1);
  launch(sum_of_warp, 1, 32, 0, x.data(), y.data(), wait);
  return y.read()[0] == 32 * 33 / 2;
}

__global__ void count(const float* x, unsigned* bins, int size, bool atomic) {
  for (int i = int(threadIdx.x); i < size; i += int(blockDim.x)) {
    unsigned* const bin = bins + int(x[i]) % 7;
    if (atomic)
      atomicAdd(bin, 1);
    else
      *bin += 1;
  }
}

bool counts(bool atomic) {
  const Values x(ramp(700)), bins(7);
  cudaMemset(bins.data(), 0, 7 * sizeof(float));
  launch(count, 1, 64, 0, x.data(), reinterpret_cast<unsigned*>(bins.data()), 700, atomic);
  for (float bits : bins.read())
    if (std::bit_cast<unsigned>(bits) != 100) return false;
  return true;
}

__global__ void add_up_blocks(const float* x, float* sum, bool atomic) {
  if (atomic)
    atomicAdd(sum, x[blockIdx.x]);
  else
    *sum += x[blockIdx.x];
}

bool adds_up_blocks(bool atomic) {
  const Values x(ramp(8)), sum(std::vector<float>{0});
  launch(add_up_blocks, 8, 1, 0, x.data(), sum.data(), atomic);
  return sum.read()[0] == 8 * 9 / 2;
}

// y[b] = x[0] + ... + x[b], from what the block before has left.
__global__ void prefix_sum(const float* x, float* y, bool own_sum) {
  float sum = 0;
  if (own_sum)
    for (unsigned b = 0; b < blockIdx.x; ++b) sum += x[b];
  else if (blockIdx.x > 0)
    sum = y[blockIdx.x - 1];
  y[blockIdx.x] = sum + x[blockIdx.x];
}

bool prefixes(bool own_sum) {
  const Values x(ramp(8)), y(8);
  launch(prefix_sum, 8, 1, 0, x.data(), y.data(), own_sum);
  std::vector<float> expected = ramp(8);
  std::partial_sum(expected.begin(), expected.end(), expected.begin());
  return y.read() == expected;
}

// The first block to come adds up what all blocks use. counts: blocks that came, sums that are there.
__global__ void share_sum(const float* x, float* sum, int* counts, float* y, bool release) {
  if (atomicAdd(counts, 1) == 0) {
    *sum = x[0] + x[1];
    if (release)
      release_add(counts + 1, 1);
    else
      atomicAdd(counts + 1, 1);
  }
  while (acquire_load(counts + 1) == 0) continue;
  y[blockIdx.x] = *sum;
}

bool shares_sum(bool release) {
  const Values x(ramp(2)), sum(1), counts(std::vector<float>(2, 0)), y(8);
  launch(share_sum, 8, 1, 0, x.data(), sum.data(), reinterpret_cast<int*>(counts.data()), y.data(), release);
  return y.read() == std::vector<float>(8, 3);
}

__global__ void copy_through_shared(const float* x, float* y, bool wait_for_copy, bool wait_for_others) {
  SHARED(float4, tile, [32]);
  cp_async16(&tile[threadIdx.x], x + 4 * threadIdx.x);
  cp_async_commit();
  if (wait_for_copy) cp_async_wait<0>();
  if (wait_for_others) __syncthreads();
  const float4 value = tile[31 - threadIdx.x];
  y[threadIdx.x] = value.x;
  __syncthreads();
  cp_async_wait<0>();
}

bool copies_through_shared(bool wait_for_copy, bool wait_for_others) {
  const Values x(ramp(128)), y(32);
  launch(copy_through_shared, 1, 32, 0, x.data(), y.data(), wait_for_copy, wait_for_others);
  const std::vector<float> result = y.read();
  for (int i = 0; i < 32; ++i)
    if (result[size_t(i)] != float(4 * (31 - i) + 1)) return false;
  return true;
}

}  // namespace

Programs races() {
  return {{"no_barrier_after_load", [](bool bug) { return reverses(!bug, true); }},
          {"no_barrier_before_reuse", [](bool bug) { return reverses(true, !bug); }},
          {"broadcast_without_barrier", [](bool bug) { return broadcasts(!bug); }},
          {"warp_without_syncwarp", [](bool bug) { return sums_warp(!bug); }},
          {"count_without_atomic", [](bool bug) { return counts(!bug); }},
          {"blocks_add_without_atomic", [](bool bug) { return adds_up_blocks(!bug); }},
          {"block_reads_block_before", [](bool bug) { return prefixes(!bug); }},
          {"flag_without_release", [](bool bug) { return shares_sum(!bug); }},
          {"async_copy_without_wait", [](bool bug) { return copies_through_shared(!bug, true); }},
          {"async_copy_without_barrier", [](bool bug) { return copies_through_shared(true, !bug); }}};
}

}  // namespace planted
