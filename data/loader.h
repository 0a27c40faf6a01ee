// Batches out of packs: an endless, shuffled and augmented sequence to train on, or every picture once to
// validate on. A batch is a pure function of the options and its number; threads compute ahead. It comes
// ready, or as bytes of which a device makes the same.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/batch.h"
#include "data/frame.h"
#include "data/pack.h"
#include "data/prefetch.h"
#include "data/sampler.h"
#include "kernels/picture_bytes.h"

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
  // Where raw batches are put: (bytes) uint8 in host memory, 8-byte aligned, for example pinned. Called by
  // the thread that calls raw_batch(), `prefetch` times ahead; the tensor is let go with the RawBatch.
  std::function<Tensor(int64_t bytes)> raw_memory = {};
};

struct PackSource {
  std::shared_ptr<const Pack> pack;
  double sampling_weight = 1;  // an epoch shows this many times as many pictures as the pack has
  std::vector<double> picture_weights = {};  // of each picture (data/picture_weights.h); empty: all equal
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
  RawBatch raw_batch(int64_t step);

  // What all raw batches have in common, and the size of their memory: that of a batch of the largest
  // pictures.
  const PictureBytes& raw_format() const { return format_; }
  int64_t raw_capacity() const { return capacity_; }

  const LoaderOptions& options() const { return options_; }     // with the weights of rebalancing filled in
  int64_t epoch_size() const { return sampler_.epoch_size(); }  // pictures
  int64_t steps_per_epoch() const;                              // rounded up
  const std::vector<std::string>& classes() const { return classes_; }

 private:
  void check_step(int64_t step) const;
  int64_t end() const;  // of the steps
  void measure();
  FramedPicture sample(int64_t number) const;
  RawBatch raw(int64_t step, Tensor memory) const;
  Batch compute(int64_t step) const;

  std::vector<PackSource> sources_;
  LoaderOptions options_;
  std::vector<std::string> classes_;
  Sampler sampler_;
  PictureBytes format_;
  int64_t capacity_ = 0;
  Prefetch<Batch> batches_;  // these last: their threads use the members above
  Prefetch<RawBatch> raw_batches_;
};

}  // namespace huegrad
