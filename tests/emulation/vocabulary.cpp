// Shuffles, votes and atomics against what CUDA's programming guide says they give.
#include "tests/emulation/planted_bug.h"

namespace planted {
namespace {

constexpr unsigned kAll = ~0u;
constexpr int kWidth = 8;

__global__ void shuffle(const float* x, float* y) {
  const int lane = int(threadIdx.x);
  y[lane] = __shfl_sync(kAll, x[lane], 3, kWidth);
  y[32 + lane] = __shfl_up_sync(kAll, x[lane], 2, kWidth);
  y[64 + lane] = __shfl_down_sync(kAll, x[lane], 2, kWidth);
  y[96 + lane] = __shfl_xor_sync(kAll, x[lane], 12, kWidth);
}

// Sources outside the segment of eight lanes give a lane its own value; xor may look at lower segments.
bool shuffles() {
  const std::vector<float> x = ramp(32);
  const Values device_x(x), device_y(128);
  launch(shuffle, 1, 32, 0, device_x.data(), device_y.data());
  const std::vector<float> y = device_y.read();
  for (size_t lane = 0; lane < 32; ++lane) {
    const size_t place = lane % kWidth, first = lane - place, other = lane ^ 12;
    if (y[lane] != x[first + 3] || y[32 + lane] != x[place < 2 ? lane : lane - 2] ||
        y[64 + lane] != x[place + 2 < kWidth ? lane + 2 : lane] ||
        y[96 + lane] != x[other < first + kWidth ? other : lane])
      return false;
  }
  return true;
}

__global__ void vote(unsigned* votes) {
  const int lane = int(threadIdx.x);
  const unsigned odd = __ballot_sync(kAll, lane % 2);
  // Half a warp votes for itself.
  const unsigned half = lane < 16 ? 0xffffu : 0xffff0000u;
  const bool any = __any_sync(half, lane == 3), all = __all_sync(half, lane > 15);
  if (lane % 16 == 0) votes[lane / 16] = odd ^ (any ? 1u : 0u) ^ (all ? 2u : 0u);
}

bool votes() {
  const Values y(2);
  launch(vote, 1, 32, 0, reinterpret_cast<unsigned*>(y.data()));
  const std::vector<float> bits = y.read();
  return std::bit_cast<unsigned>(bits[0]) == 0xaaaaaaabu && std::bit_cast<unsigned>(bits[1]) == 0xaaaaaaa8u;
}

__global__ void update(int* y) {
  const int i = int(threadIdx.x + blockIdx.x * blockDim.x);
  atomicAdd(y, i);
  atomicMax(y + 1, i);
  atomicMin(y + 2, -i);
  if (atomicCAS(y + 3, i, i + 1) == i) atomicExch(y + 4, i);
}

bool updates() {
  const Values y(std::vector<float>(5, 0));
  launch(update, 2, 64, 0, reinterpret_cast<int*>(y.data()));
  int result[5];
  std::memcpy(result, y.read().data(), sizeof result);
  // How far the fourth counts depends on the order; the fifth is where it stopped.
  return result[0] == 127 * 128 / 2 && result[1] == 127 && result[2] == -127 && result[3] > 0 &&
         result[4] < result[3];
}

}  // namespace

Programs vocabulary() {
  return {{"shuffles", [](bool) { return shuffles(); }},
          {"votes", [](bool) { return votes(); }},
          {"updates", [](bool) { return updates(); }}};
}

}  // namespace planted
