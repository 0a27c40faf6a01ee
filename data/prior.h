// How often each ab bin occurs, and the weights that make rare colours count (Zhang et al. 2016, Eq. 4).
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "data/ab_bins.h"

namespace huegrad {

// Sums the soft-encoded colours of a data set; the mean of the encodings is the smoothed prior.
class PriorAccumulator {
 public:
  explicit PriorAccumulator(const AbBins& bins = AbBins::zhang313(), int neighbours = 10, float sigma = 5);

  void add(std::span<const float> ab);  // (n, 2)
  void merge(const PriorAccumulator& other);

  int64_t colors() const { return colors_; }
  std::vector<double> prior() const;  // (bins), sums to 1. Throws Error(input) when nothing was added.

 private:
  const AbBins* bins_;
  int neighbours_;
  float sigma_;
  int64_t colors_ = 0;
  std::vector<double> mass_;
};

// w = ((1 - lambda) prior + lambda / n)^-alpha over the n bins that occur, scaled so that the expectation of
// w under the prior is 1. Bins that never occur share the formula with prior 0.
std::vector<float> rebalance_weights(std::span<const double> prior, double lambda = 0.5, double alpha = 1);

// JSON: {"format": "huegrad prior", "version": 1, "prior": [...]}. Reading throws Error(input) when the file
// is no such thing, or holds negative or non-finite values or another number of bins; the sum is normalised
// to 1.
void write_prior(const std::filesystem::path& path, std::span<const double> prior);
std::vector<double> read_prior(const std::filesystem::path& path);

}  // namespace huegrad
