#include "data/loader.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/generator.h"
#include "data/ab_bins.h"
#include "data/color.h"
#include "data/color_grid.h"

namespace huegrad {
namespace {

// Width of the Gaussian over the bins (Zhang et al. 2016, 2.2), and how colourful a picture must be to teach
// colours: some |a| or |b| above this.
constexpr float kSigma = 5, kGreyLimit = 5;

// Keeps the random numbers of augmentation apart from those of the sampler.
constexpr uint64_t kAugmentStream = uint64_t(1) << 63;

LoaderOptions checked(LoaderOptions options) {
  check(options.batch_size >= 1 && options.batch_size <= 65536, "loader",
        "batch size must be within 1..65536, not {}", options.batch_size);
  check(options.crop >= 8 && options.crop <= 8192 && options.crop % 8 == 0, "loader",
        "crop must be a multiple of 8 within 8..8192, not {}", options.crop);
  check(options.neighbours >= 1 && options.neighbours <= AbBins::kMaxNeighbours, "loader",
        "neighbours must be within 1..{}, not {}", AbBins::kMaxNeighbours, options.neighbours);
  check(options.lightness_jitter >= 0 && options.lightness_jitter <= 50 && options.contrast_jitter >= 0 &&
            options.contrast_jitter <= 1,
        "loader", "lightness jitter must be within 0..50 and contrast jitter within 0..1, not {} and {}",
        options.lightness_jitter, options.contrast_jitter);
  const int bins = AbBins::zhang313().count();
  if (options.rebalance_weights.empty()) options.rebalance_weights.assign(size_t(bins), 1.0f);
  check(int(options.rebalance_weights.size()) == bins, "loader", "{} rebalancing weights for {} bins",
        options.rebalance_weights.size(), bins);
  check(options.prefetch >= 0 && options.prefetch <= 256, "loader", "prefetch must be within 0..256, not {}",
        options.prefetch);
  return options;
}

Sampler make_sampler(const std::vector<PackSource>& sources, const LoaderOptions& options) {
  check(!sources.empty() && sources.size() < 65535, "loader", "{} packs given", sources.size());
  std::vector<int64_t> sizes;
  std::vector<double> weights;
  for (const PackSource& source : sources) {
    sizes.push_back(source.pack->size());
    weights.push_back(source.sampling_weight);
  }
  return Sampler(std::move(sizes), weights, options.seed, options.augment);
}

Batch empty_batch(int64_t n, int64_t crop, int neighbours) {
  const int64_t h = crop / kGridStride;
  return {.lightness = Tensor::empty({n, crop, crop, 1}),
          .color_index = Tensor::empty({n, h, h, neighbours}, DType::int32),
          .color_weight = Tensor::empty({n, h, h, neighbours}),
          .color_rarity = Tensor::empty({n, h, h}),
          .ab = Tensor::empty({n, h, h, 2}),
          .labels = Tensor::empty({n, h, h}, DType::int32),
          .label_weight = Tensor::empty({n, h, h}),
          .names = std::vector<std::string>(size_t(n))};
}

// Where entry n of the outermost axis begins.
template <class T>
T* entry(const Tensor& tensor, int64_t n) {
  return tensor.data<T>() + n * (tensor.size() / tensor.extent(0));
}

}  // namespace

std::vector<PackMetadata> metadata_of(const std::vector<PackSource>& sources) {
  std::vector<PackMetadata> metadata;
  for (const PackSource& source : sources) metadata.push_back(source.pack->metadata());
  return metadata;
}

Loader::Loader(std::vector<PackSource> sources, LoaderOptions options)
    : sources_(std::move(sources)),
      options_(checked(std::move(options))),
      classes_(common_classes(metadata_of(sources_))),
      sampler_(make_sampler(sources_, options_)) {}

int64_t Loader::steps_per_epoch() const {
  return (epoch_size() + options_.batch_size - 1) / options_.batch_size;
}

Batch Loader::batch(int64_t step) {
  check(step >= 0 && (options_.augment || step < steps_per_epoch()), "loader",
        "step {} of an epoch of {} steps", step, steps_per_epoch());
  if (options_.prefetch == 0) return compute(step);
  while (!pending_.empty() && next_step_ != step) {  // the caller went elsewhere
    pending_.pop_front();
    ++next_step_;
  }
  next_step_ = step;
  compute_ahead();
  std::future<Batch> current = std::move(pending_.front());
  pending_.pop_front();
  ++next_step_;
  compute_ahead();
  return current.get();
}

// Keeps `prefetch` batches under way, from next_step_ on.
void Loader::compute_ahead() {
  const int64_t end = options_.augment ? INT64_MAX : steps_per_epoch();
  while (int(pending_.size()) < options_.prefetch && next_step_ + int64_t(pending_.size()) < end)
    pending_.push_back(
        std::async(std::launch::async, &Loader::compute, this, next_step_ + int64_t(pending_.size())));
}

Batch Loader::compute(int64_t step) const {
  const int64_t first = step * options_.batch_size;
  const int64_t count =
      options_.augment ? options_.batch_size : std::min(options_.batch_size, epoch_size() - first);
  Batch batch = empty_batch(count, options_.crop, options_.neighbours);
  for (int64_t n = 0; n < count; ++n) fill(first + n, n, batch);
  return batch;
}

// Sample `number` of the sequence becomes entry n of the batch.
void Loader::fill(int64_t number, int64_t n, Batch& batch) const {
  const SampledPicture sampled = sampler_.at(number);
  const Pack& pack = *sources_[size_t(sampled.pack)].pack;
  const PackPicture picture = pack.picture(sampled.picture);
  Generator random(options_.seed, kAugmentStream | uint64_t(number));
  const Frame frame = options_.augment
                          ? random_frame(picture.width, picture.height, options_.crop,
                                         options_.contrast_jitter, options_.lightness_jitter, random)
                      : options_.squash ? whole_frame(picture.width, picture.height)
                                        : central_frame(picture.width, picture.height);
  fill_colors(framed_image(picture, frame, options_.crop), frame, n, batch);
  const std::vector<int32_t> labels = framed_labels(picture, frame, options_.crop);
  for (int32_t label : labels)
    if (label >= int32_t(pack.metadata().classes.size()) && label != kIgnoreLabel)
      throw Error(ErrorKind::input,
                  fmt::format("picture {} has label {} of {} classes", picture.name, label,
                              pack.metadata().classes.size()),
                  pack.path().string(), "Make the pack again with huegrad prepare");
  std::ranges::copy(labels, entry<int32_t>(batch.labels, n));
  const int64_t cells = batch.labels.size() / batch.labels.extent(0);
  std::fill_n(entry<float>(batch.label_weight, n), cells, float(pack.metadata().label_weight));
  batch.names[size_t(n)] = picture.name;
}

void Loader::fill_colors(const Image& image, const Frame& frame, int64_t n, Batch& batch) const {
  const std::vector<float> colors = lab(image);
  auto* l = entry<float>(batch.lightness, n);
  for (int64_t i = 0; i < image.pixels(); ++i)
    l[i] = std::clamp((colors[size_t(i) * 3] - 50) * float(frame.contrast) + float(frame.brightness), -50.0f,
                      50.0f);

  const std::vector<float> ab = sample_ab(colors, image.height, image.width);
  const auto* index = entry<int32_t>(batch.color_index, n);
  std::ranges::copy(ab, entry<float>(batch.ab, n));
  AbBins::zhang313().soft_encode(ab, options_.neighbours, kSigma, entry<int32_t>(batch.color_index, n),
                                 entry<float>(batch.color_weight, n));
  const bool grey = std::ranges::none_of(ab, [](float value) { return std::abs(value) > kGreyLimit; });
  auto* rarity = entry<float>(batch.color_rarity, n);
  for (int64_t i = 0; i < int64_t(ab.size()) / 2; ++i)
    rarity[i] = grey ? 0.0f : options_.rebalance_weights[size_t(index[i * options_.neighbours])];
}

}  // namespace huegrad
