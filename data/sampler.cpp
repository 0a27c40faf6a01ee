#include "data/sampler.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "kernels/random.h"

namespace huegrad {
namespace {

constexpr int kRounds = 6;

// Streams of random numbers: 0 orders the epochs, 1 + p the passes through pack p.
uint64_t stream_of(int64_t pass, int64_t user) { return (uint64_t(pass) << 16) | uint64_t(user); }

}  // namespace

int64_t permute(int64_t index, int64_t count, uint64_t seed, uint64_t stream) {
  int half = 1;
  while ((int64_t(1) << (2 * half)) < count) ++half;
  const uint64_t mask = (uint64_t(1) << half) - 1;
  auto value = uint64_t(index);
  do {
    uint64_t left = value >> half, right = value & mask;
    for (int round = 0; round < kRounds; ++round) {
      const uint64_t mixed = philox(seed, stream, right | (uint64_t(round) << 48))[0];
      left = std::exchange(right, left ^ (mixed & mask));
    }
    value = (left << half) | right;
  } while (value >= uint64_t(count));
  return int64_t(value);
}

Sampler::Sampler(std::vector<int64_t> sizes, const std::vector<double>& weights, uint64_t seed, bool shuffle)
    : sizes_(std::move(sizes)), seed_(seed), shuffle_(shuffle) {
  for (size_t p = 0; p < sizes_.size(); ++p) {
    check(weights[p] > 0 && weights[p] <= 1000, "loader", "sampling weights must be within 0..1000, not {}",
          weights[p]);
    shares_.push_back(std::max<int64_t>(1, std::llround(weights[p] * double(sizes_[p]))));
    epoch_size_ += shares_.back();
  }
}

SampledPicture Sampler::at(int64_t number) const {
  const int64_t epoch = number / epoch_size_;
  int64_t slot = number % epoch_size_;
  if (shuffle_) slot = permute(slot, epoch_size_, seed_, stream_of(epoch, 0));
  int64_t pack = 0;
  while (slot >= shares_[size_t(pack)]) slot -= shares_[size_t(pack++)];
  // Position in the pack's own endless sequence of passes.
  const int64_t position = epoch * shares_[size_t(pack)] + slot, size = sizes_[size_t(pack)];
  const int64_t picture = position % size;
  return {pack, shuffle_ ? permute(picture, size, seed_, stream_of(position / size, 1 + pack)) : picture};
}

}  // namespace huegrad
