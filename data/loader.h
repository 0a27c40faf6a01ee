// Batches out of packs: an endless, shuffled and augmented sequence to train on, or every picture once to
// validate on. A batch is a pure function of the options and its number; threads compute ahead.
#pragma once
#include <deque>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "data/batch.h"
#include "data/frame.h"
#include "data/pack.h"
#include "data/sampler.h"

namespace huegrad {

struct LoaderOptions {
  int64_t batch_size = 8;
  int64_t crop = 224;   // side of what the network sees; a multiple of 8
  bool augment = true;  // shuffle, random scale and crop, mirror, jitter; otherwise in order and centred
  bool squash = false;  // without augmentation: the whole picture made square, instead of its centre
  uint64_t seed = 0;
  int neighbours = 10;                        // ab bins per soft-encoded colour
  double lightness_jitter = 0;                // largest shift of the input's L
  double contrast_jitter = 0;                 // largest relative change of the input's contrast
  std::vector<float> rebalance_weights = {};  // (313) rarity of each ab bin; empty: all 1
  int prefetch = 2;                           // batches computed ahead, one thread each; 0: none
};

struct PackSource {
  std::shared_ptr<const Pack> pack;
  double sampling_weight = 1;  // an epoch shows this many times as many pictures as the pack has
};

std::vector<PackMetadata> metadata_of(const std::vector<PackSource>& sources);

// Packs with labels, with pseudo-labels and without can be mixed. Not to be called from several threads.
class Loader {
 public:
  // Throws Error(usage) for impossible options and for labelled packs with different classes.
  Loader(std::vector<PackSource> sources, LoaderOptions options);
  Loader(const Loader&) = delete;

  // Step 0, 1, 2, ...; without end when augmenting, otherwise below steps_per_epoch(), and the last batch may
  // be smaller.
  Batch batch(int64_t step);

  int64_t epoch_size() const { return sampler_.epoch_size(); }  // pictures
  int64_t steps_per_epoch() const;                              // rounded up
  const std::vector<std::string>& classes() const { return classes_; }

 private:
  Batch compute(int64_t step) const;
  void fill(int64_t number, int64_t n, Batch& batch) const;
  void fill_colors(const Image& image, const Frame& frame, int64_t n, Batch& batch) const;
  void compute_ahead();

  std::vector<PackSource> sources_;
  LoaderOptions options_;
  std::vector<std::string> classes_;
  Sampler sampler_;
  int64_t next_step_ = 0;                   // of the first pending batch
  std::deque<std::future<Batch>> pending_;  // last: its threads use the members above
};

}  // namespace huegrad
