#include "data/loader.h"

#include <algorithm>
#include <future>

#include "core/error.h"
#include "core/generator.h"
#include "data/ab_bins.h"
#include "data/batch_encoder.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

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
  std::vector<SampledPack> packs;
  for (const PackSource& source : sources)
    packs.push_back({source.pack->size(), source.sampling_weight, source.picture_weights});
  return Sampler(packs, options.seed, options.augment);
}

PictureFrame packed_frame(const FramedPicture& framed, int64_t pixels) {
  return {.pixels = pixels,
          .height = int32_t(framed.frame.height),
          .width = int32_t(framed.frame.width),
          .mirror = framed.frame.mirror,
          .contrast = float(framed.frame.contrast),
          .brightness = float(framed.frame.brightness),
          .label_weight = float(framed.pack->metadata().label_weight)};
}

void check_labels(std::span<const uint8_t> labels, const FramedPicture& framed) {
  const size_t classes = framed.pack->metadata().classes.size();
  for (uint8_t label : labels)
    if (label >= classes && label != kIgnoreLabel)
      throw Error(ErrorKind::input,
                  fmt::format("picture {} has label {} of {} classes", framed.picture.name, label, classes),
                  framed.pack->path().string(), "Make the pack again with huegrad prepare");
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
      sampler_(make_sampler(sources_, options_)) {
  measure();
}

// The largest frames that there can be.
void Loader::measure() {
  int64_t largest = 0;
  format_ = {.pictures = options_.batch_size, .side = options_.crop, .longest = 0};
  for (const PackSource& source : sources_)
    for (int64_t i = 0; i < source.pack->size(); ++i) {
      const PackPicture picture = source.pack->picture(i);
      const bool whole = !options_.augment && options_.squash;
      const int64_t square = std::min(picture.width, picture.height);
      const int64_t width = whole ? picture.width : square, height = whole ? picture.height : square;
      format_.longest = std::max({format_.longest, width, height});
      largest = std::max(largest, width * height * 3);
    }
  capacity_ = format_.pixels_offset() + format_.pictures * largest;
}

int64_t Loader::steps_per_epoch() const {
  return (epoch_size() + options_.batch_size - 1) / options_.batch_size;
}

void Loader::check_step(int64_t step) const {
  check(step >= 0 && (options_.augment || step < steps_per_epoch()), "loader",
        "step {} of an epoch of {} steps", step, steps_per_epoch());
}

int64_t Loader::end() const { return options_.augment ? INT64_MAX : steps_per_epoch(); }

Batch Loader::batch(int64_t step) {
  check_step(step);
  if (options_.prefetch == 0) return compute(step);
  return batches_.take(step, end(), options_.prefetch, [this](int64_t next) {
    return std::async(std::launch::async, &Loader::compute, this, next);
  });
}

RawBatch Loader::raw_batch(int64_t step) {
  check_step(step);
  const auto memory = [this] {
    return options_.raw_memory ? options_.raw_memory(capacity_) : Tensor::empty({capacity_}, DType::uint8);
  };
  if (options_.prefetch == 0) return raw(step, memory());
  return raw_batches_.take(step, end(), options_.prefetch, [&](int64_t next) {
    return std::async(std::launch::async, &Loader::raw, this, next, memory());
  });
}

Batch Loader::compute(int64_t step) const {
  RawBatch packed = raw(step, Tensor::empty({capacity_}, DType::uint8));
  const BatchEncoder encoder(Device{}, options_, format_);
  Batch batch = encoder.empty_batch(packed.count);
  encoder.encode(packed.bytes, batch);
  batch.names = std::move(packed.names);
  return batch;
}

// Sample `number` of the sequence.
FramedPicture Loader::sample(int64_t number) const {
  const SampledPicture sampled = sampler_.at(number);
  const Pack& pack = *sources_[size_t(sampled.pack)].pack;
  const PackPicture picture = pack.picture(sampled.picture);
  Generator random(options_.seed, kAugmentStream | uint64_t(number));
  const Frame frame = options_.augment
                          ? random_frame(picture.width, picture.height, options_.crop,
                                         options_.contrast_jitter, options_.lightness_jitter, random)
                      : options_.squash ? whole_frame(picture.width, picture.height)
                                        : central_frame(picture.width, picture.height);
  return {&pack, picture, frame};
}

RawBatch Loader::raw(int64_t step, Tensor memory) const {
  check(memory.dtype() == DType::uint8 && memory.size() >= capacity_ && memory.device().in_host_memory(),
        "loader", "raw batches take {} bytes of host memory, the tensor given for one has {}", capacity_,
        memory.bytes());
  const int64_t first = step * options_.batch_size;
  PictureBytes packed = format_;
  if (!options_.augment) packed.pictures = std::min(options_.batch_size, epoch_size() - first);
  RawBatch batch{.bytes = std::move(memory), .used = packed.pixels_offset(), .count = packed.pictures};
  auto* bytes = batch.bytes.data<uint8_t>();
  auto* frames = reinterpret_cast<PictureFrame*>(bytes);
  std::vector<FramedPicture> pictures;
  for (int64_t n = 0; n < packed.pictures; ++n) {
    const FramedPicture& framed = pictures.emplace_back(sample(first + n));
    frames[n] = packed_frame(framed, batch.used);
    batch.names.emplace_back(framed.picture.name);
    batch.used += framed.frame.height * framed.frame.width * 3;
  }
  const int64_t cells = packed.cells() * packed.cells();
  parallel_for(0, packed.pictures, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      const FramedPicture& framed = pictures[size_t(n)];
      uint8_t* labels = bytes + packed.labels_offset() + n * cells;
      sample_labels(framed.picture, framed.frame, packed.side, labels);
      check_labels({labels, size_t(cells)}, framed);
      copy_frame(framed.picture.pixels, framed.picture.width, 3, framed.frame, bytes + frames[n].pixels);
    }
  });
  return batch;
}

}  // namespace huegrad
