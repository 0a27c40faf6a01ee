// Which picture comes when: a pure function of its number, so that a run can be resumed anywhere.
#pragma once
#include <cstdint>
#include <vector>

namespace huegrad {

// The position of `index` in a random order of 0 .. count-1, without storing the order: a Feistel network
// over the next power of four, its rounds keyed by Philox, walked until it lands inside. Bijective for every
// (seed, stream).
int64_t permute(int64_t index, int64_t count, uint64_t seed, uint64_t stream);

// A picture of one of several packs.
struct SampledPicture {
  int64_t pack, picture;
};

class Sampler {
 public:
  // An epoch holds weight * size pictures (rounded, at least one) of each pack. Shuffled, every pack is gone
  // through in a new random order again and again, whatever its weight, and the packs are mixed; otherwise
  // pack follows pack.
  Sampler(std::vector<int64_t> sizes, const std::vector<double>& weights, uint64_t seed, bool shuffle);

  int64_t epoch_size() const { return epoch_size_; }
  SampledPicture at(int64_t number) const;  // number >= 0, counted over all epochs

 private:
  std::vector<int64_t> sizes_, shares_;  // of each pack: its pictures, and those in an epoch
  int64_t epoch_size_ = 0;
  uint64_t seed_;
  bool shuffle_;
};

}  // namespace huegrad
