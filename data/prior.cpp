#include "data/prior.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/files.h"

namespace huegrad {

PriorAccumulator::PriorAccumulator(const AbBins& bins, int neighbours, float sigma)
    : bins_(&bins), neighbours_(neighbours), sigma_(sigma), mass_(size_t(bins.count())) {}

void PriorAccumulator::add(std::span<const float> ab) {
  constexpr size_t kBlock = 256;  // colours encoded at a time, on the stack
  int32_t index[kBlock * AbBins::kMaxNeighbours];
  float weight[kBlock * AbBins::kMaxNeighbours];
  colors_ += int64_t(ab.size() / 2);
  for (; !ab.empty(); ab = ab.subspan(std::min(ab.size(), 2 * kBlock))) {
    const auto block = ab.first(std::min(ab.size(), 2 * kBlock));
    bins_->soft_encode(block, neighbours_, sigma_, index, weight);
    for (size_t i = 0; i < block.size() / 2 * size_t(neighbours_); ++i)
      mass_[size_t(index[i])] += double(weight[i]);
  }
}

void PriorAccumulator::merge(const PriorAccumulator& other) {
  colors_ += other.colors_;
  for (size_t i = 0; i < mass_.size(); ++i) mass_[i] += other.mass_[i];
}

std::vector<double> PriorAccumulator::prior() const {
  const double sum = std::accumulate(mass_.begin(), mass_.end(), 0.0);
  if (!(sum > 0)) throw Error(ErrorKind::input, "no colours to take a prior from");
  std::vector<double> prior = mass_;
  for (double& p : prior) p /= sum;
  return prior;
}

std::vector<float> rebalance_weights(std::span<const double> prior, double lambda, double alpha) {
  const auto occurring = std::ranges::count_if(prior, [](double p) { return p > 0; });
  std::vector<double> weights;
  double expectation = 0;
  for (const double p : prior) {
    weights.push_back(std::pow((1 - lambda) * p + lambda / double(occurring), -alpha));
    // lambda 0 makes the weight of a bin that never occurs infinite; it counts with probability 0.
    if (p > 0) expectation += p * weights.back();
  }
  std::vector<float> scaled;
  for (const double w : weights) scaled.push_back(std::isfinite(w) ? float(w / expectation) : 0.0f);
  return scaled;
}

void write_prior(const std::filesystem::path& path, std::span<const double> prior) {
  write_json(path, {{"format", "huegrad prior"}, {"version", 1}, {"prior", prior}});
}

std::vector<double> read_prior(const std::filesystem::path& path) {
  const nlohmann::json json = read_json(path);
  const auto fail = [&](const std::string& what) { throw Error(ErrorKind::input, what, path.string()); };
  if (!json.is_object() || json.value("format", "") != "huegrad prior") fail("not a prior of ab bins");
  if (json.value("version", 0) != 1) fail("a prior of another version");
  const size_t bins = size_t(AbBins::zhang313().count());
  if (!json.contains("prior") || !json["prior"].is_array() || json["prior"].size() != bins)
    fail(fmt::format("a prior has {} numbers", bins));
  std::vector<double> prior;
  for (const auto& value : json["prior"]) {
    if (!value.is_number() || !(value.get<double>() >= 0) || !std::isfinite(value.get<double>()))
      fail("a prior holds numbers of at least 0");
    prior.push_back(value.get<double>());
  }
  const double sum = std::accumulate(prior.begin(), prior.end(), 0.0);
  if (!(sum > 0) || !std::isfinite(sum)) fail("a prior must not be zero everywhere");
  for (double& p : prior) p /= sum;
  return prior;
}

}  // namespace huegrad
