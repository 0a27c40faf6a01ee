#include "net/training_data.h"

#include <algorithm>

#include "core/error.h"
#include "data/picture_weights.h"
#include "data/prior.h"

namespace huegrad {
namespace {

std::vector<PackSource> open_packs(const std::vector<std::string>& paths,
                                   const std::vector<double>& weights) {
  if (!weights.empty() && weights.size() != paths.size())
    throw Error(ErrorKind::usage,
                fmt::format("{} numbers in \"data_weights\" for {} packs", weights.size(), paths.size()));
  std::vector<PackSource> sources;
  for (size_t i = 0; i < paths.size(); ++i) {
    sources.push_back({std::make_shared<const Pack>(paths[i]), weights.empty() ? 1 : weights[i]});
    sources.back().pack->verify();  // about a second a gigabyte, against hours of training on damage
  }
  return sources;
}

}  // namespace

TrainingData::TrainingData(const TrainConfig& config, Device device) {
  std::vector<PackSource> sources = open_packs(config.data, config.data_weights);
  set_picture_weights(sources,
                      {.class_share = config.oversample_classes, .color_power = config.oversample_colors});
  const std::vector<PackMetadata> metadata = metadata_of(sources);
  prior = combined_prior(metadata);
  classes = common_classes(metadata);
  frequencies = combined_frequencies(metadata);

  LoaderOptions options{
      .batch_size = config.batch,
      .crop = config.crop,
      .seed = config.seed,
      .neighbours = int(config.neighbours),
      .lightness_jitter = config.lightness_jitter,
      .contrast_jitter = config.contrast_jitter,
      .rebalance_weights = rebalance_weights(prior, config.rebalance_lambda, config.rebalance_alpha)};
  if (!device.in_host_memory())
    options.raw_memory = [](int64_t bytes) { return Tensor::pinned({bytes}, DType::uint8); };
  train = std::make_unique<Loader>(sources, options);
  if (config.val.empty()) return;
  options.augment = false;
  val = std::make_unique<Loader>(open_packs(config.val, {}), options);
  if (!classes.empty() && !val->classes().empty() && val->classes() != classes)
    throw Error(ErrorKind::usage, "the validation packs name other classes than the training packs",
                config.val[0]);
}

TrainingStatistics training_statistics(const TrainConfig& config, const TrainingData& data) {
  TrainingStatistics statistics;
  statistics.lightness = data.train->batch(0).lightness;
  statistics.color_prior = data.prior;
  if (config.rebalance) {
    const std::vector<float>& rarity = data.train->options().rebalance_weights;
    for (size_t q = 0; q < rarity.size(); ++q) statistics.color_prior[q] *= rarity[q];
  }
  const std::vector<int64_t>& pixels = data.frequencies.pixels;
  if (std::ranges::none_of(pixels, [](int64_t count) { return count > 0; })) return statistics;
  if (config.class_weights == "median") statistics.class_weight = median_frequency_weights(data.frequencies);
  if (config.class_weights == "enet") statistics.class_weight = enet_weights(data.frequencies);
  for (size_t c = 0; c < pixels.size(); ++c)
    statistics.class_frequency.push_back(
        double(pixels[c]) * (statistics.class_weight.empty() ? 1 : double(statistics.class_weight[c])));
  return statistics;
}

}  // namespace huegrad
