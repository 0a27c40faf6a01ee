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

// What a sampler has to know of a pack.
struct SampledPack {
  int64_t size = 0;                          // pictures
  double weight = 1;                         // an epoch shows weight * size of them
  std::vector<double> picture_weights = {};  // (size) above 0, only their ratios count; empty: all equal
};

class Sampler {
 public:
  // An epoch holds weight * size pictures (rounded, at least one) of each pack. Shuffled, every pack is gone
  // through in a new random order again and again, whatever its weight, and the packs are mixed; otherwise
  // pack follows pack. A pass through a pack shows each picture as often as its weight says, rounded up or
  // down by a lot that is drawn anew for each pass (systematic sampling): once when all are equal.
  Sampler(const std::vector<SampledPack>& packs, uint64_t seed, bool shuffle);

  int64_t epoch_size() const { return epoch_size_; }
  SampledPicture at(int64_t number) const;  // number >= 0, counted over all epochs

 private:
  int64_t weighted(int64_t slot, int64_t pack, int64_t pass) const;

  std::vector<int64_t> sizes_, shares_;  // of each pack: its pictures, and those in an epoch
  // Of each pack with picture weights: where each picture ends on a line of length `size` that all share.
  std::vector<std::vector<double>> ends_;
  int64_t epoch_size_ = 0;
  uint64_t seed_;
  bool shuffle_;
};

}  // namespace huegrad
