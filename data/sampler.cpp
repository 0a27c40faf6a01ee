#include "data/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "kernels/random.h"

namespace huegrad {
namespace {

constexpr int kRounds = 6;

// Streams of random numbers: 0 orders the epochs, 1 + p the passes through pack p. Their lots are drawn from
// the same streams, with a counter that permute() does not reach.
uint64_t stream_of(int64_t pass, int64_t user) { return (uint64_t(pass) << 16) | uint64_t(user); }
constexpr uint64_t kLot = ~uint64_t(0);

std::vector<double> ends_of(const SampledPack& pack) {
  const std::vector<double>& weights = pack.picture_weights;
  if (weights.empty()) return {};
  check(int64_t(weights.size()) == pack.size, "loader", "{} weights for {} pictures", weights.size(),
        pack.size);
  for (const double weight : weights)
    check(std::isfinite(weight) && weight > 0, "loader", "a picture cannot have a sampling weight of {}",
          weight);
  std::vector<double> ends(weights.size());
  std::partial_sum(weights.begin(), weights.end(), ends.begin());
  const double scale = double(pack.size) / ends.back();
  for (double& end : ends) end *= scale;
  return ends;
}

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

Sampler::Sampler(const std::vector<SampledPack>& packs, uint64_t seed, bool shuffle)
    : seed_(seed), shuffle_(shuffle) {
  for (const SampledPack& pack : packs) {
    check(pack.weight > 0 && pack.weight <= 1000, "loader", "sampling weights must be within 0..1000, not {}",
          pack.weight);
    sizes_.push_back(pack.size);
    shares_.push_back(std::max<int64_t>(1, std::llround(pack.weight * double(pack.size))));
    ends_.push_back(ends_of(pack));
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
  const int64_t pass = position / size, turn = position % size;
  if (!shuffle_) return {pack, turn};
  const int64_t picture = permute(turn, size, seed_, stream_of(pass, 1 + pack));
  return {pack, ends_[size_t(pack)].empty() ? picture : weighted(picture, pack, pass)};
}

// The points slot + lot, slot = 0, 1, ... size - 1, hit every picture as often as its length says.
int64_t Sampler::weighted(int64_t slot, int64_t pack, int64_t pass) const {
  const double lot = std::ldexp(double(philox(seed_, stream_of(pass, 1 + pack), kLot)[0]), -32);
  const std::vector<double>& ends = ends_[size_t(pack)];
  const auto picture = std::upper_bound(ends.begin(), ends.end(), double(slot) + lot) - ends.begin();
  return std::min<int64_t>(picture, sizes_[size_t(pack)] - 1);  // the sum may fall short by a rounding
}

}  // namespace huegrad
