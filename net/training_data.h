// The pictures of a training run: packs opened, statistics combined, loaders ready.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "data/loader.h"
#include "net/trainer.h"

namespace huegrad {

struct TrainingData {
  // Throws Error(input) for packs that cannot be read, Error(usage) for packs that do not fit together.
  // device: what the pictures go to; for a CUDA device the bytes of raw batches are in pinned memory.
  explicit TrainingData(const TrainConfig& config, Device device = {});

  std::vector<double> prior;         // of the 313 ab bins
  std::vector<std::string> classes;  // of the labels; empty when no pack is labelled
  ClassFrequencies frequencies;      // of the classes
  std::unique_ptr<Loader> train;     // augmented, endless
  std::unique_ptr<Loader> val;       // as they are, once; null without validation packs
};

// What a trainer wants to know of the data; takes one batch from the loader.
TrainingStatistics training_statistics(const TrainConfig& config, const TrainingData& data);

}  // namespace huegrad
