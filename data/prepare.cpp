#include "data/prepare.h"

#include <algorithm>
#include <deque>
#include <future>
#include <optional>

#include "core/error.h"
#include "data/color.h"
#include "data/color_grid.h"
#include "data/frame.h"
#include "data/pack.h"
#include "data/prior.h"
#include "data/resize.h"

namespace huegrad {
namespace {

// One example as it goes into the pack, or why it does not.
struct Prepared {
  std::string failure;
  Image image;
  std::optional<LabelMap> labels;
  PriorAccumulator prior;
};

Prepared prepare(const Dataset& dataset, const Example& example, int64_t size) {
  Prepared result;
  const Image original = to_rgb8(read_image(example.image));
  const PackedSize to = packed_size(original.width, original.height, size);
  const Frame middle = {.x = (to.scaled_width - to.width) / 2,
                        .y = (to.scaled_height - to.height) / 2,
                        .width = to.width,
                        .height = to.height};

  const Image scaled = resize(original, to.scaled_width, to.scaled_height);
  result.image = Image::make(to.width, to.height, 3);
  copy_frame(scaled.samples8, scaled.width, 3, middle, result.image.samples8.data());
  if (!example.labels.empty()) {
    const LabelMap labels = resize_nearest(read_labels(dataset, example, original.width, original.height),
                                           to.scaled_width, to.scaled_height);
    std::vector<uint8_t> cut(size_t(to.width * to.height));
    copy_frame(labels.labels, labels.width, 1, middle, cut.data());
    result.labels = LabelMap{.width = to.width, .height = to.height, .labels = std::move(cut)};
  }
  result.prior.add(sample_ab(lab(result.image), to.height, to.width));
  return result;
}

Prepared prepare_or_say_why(const Dataset& dataset, const Example& example, int64_t size) {
  try {
    return prepare(dataset, example, size);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::input) throw;
    Prepared failed;
    failed.failure = error.what();
    return failed;
  }
}

}  // namespace

PackedSize packed_size(int64_t width, int64_t height, int64_t size) {
  const int64_t shorter = std::min(width, height);
  const auto scaled = [&](int64_t side) { return std::max(size, (side * size + shorter / 2) / shorter); };
  const int64_t w = scaled(width), h = scaled(height);
  return {
      .scaled_width = w, .scaled_height = h, .width = std::min(w, 2 * size), .height = std::min(h, 2 * size)};
}

PrepareReport prepare_pack(const Dataset& dataset, const std::filesystem::path& pack,
                           const PrepareOptions& options, const PrepareProgress& progress) {
  check(options.size >= 8 && options.size <= 4096, "prepare", "size must be within 8..4096, not {}",
        options.size);
  check(options.label_weight > 0 && options.label_weight <= 1, "prepare",
        "label weight must be above 0 and at most 1, not {}", options.label_weight);
  check(options.jobs >= 1 && options.jobs <= 1024, "prepare", "jobs must be within 1..1024, not {}",
        options.jobs);

  PackMetadata metadata{.kind = dataset.kind,
                        .split = dataset.split,
                        .size = options.size,
                        .classes = dataset.classes,
                        .label_weight = options.label_weight,
                        .prior = {},
                        .frequencies = ClassFrequencies(int64_t(dataset.classes.size()))};
  PriorAccumulator prior;
  PackWriter writer(pack);
  PrepareReport report;
  const auto count = int64_t(dataset.examples.size());
  std::deque<std::future<Prepared>> pending;  // of the examples `done`, `done + 1`, ...
  for (int64_t done = 0; done < count;) {
    while (int(pending.size()) < options.jobs && done + int64_t(pending.size()) < count)
      pending.push_back(std::async(std::launch::async, prepare_or_say_why, std::cref(dataset),
                                   std::cref(dataset.examples[size_t(done) + pending.size()]), options.size));
    const Prepared example = pending.front().get();
    pending.pop_front();
    if (example.failure.empty()) {
      writer.add(dataset.examples[size_t(done)].name, example.image,
                 example.labels ? &*example.labels : nullptr);
      prior.merge(example.prior);
      if (example.labels) metadata.frequencies.add(*example.labels);
    }
    report.failures += !example.failure.empty();
    if (!progress(++done, example.failure)) return report;
  }
  report.pictures = writer.size();
  if (report.pictures == 0)
    throw Error(ErrorKind::input, fmt::format("not one of the {} pictures could be read", count),
                pack.string());
  metadata.prior = prior.prior();
  metadata.prior_colors = prior.colors();
  writer.commit(metadata);
  report.written = true;
  return report;
}

}  // namespace huegrad
