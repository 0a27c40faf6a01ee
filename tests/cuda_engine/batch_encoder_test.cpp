// Batches made on the CUDA device of their bytes against those that the loader computes.
#include "data/batch_encoder.h"

#include <doctest/doctest.h>

#include "core/cuda_device.h"
#include "data/device_feed.h"
#include "tests/cases/soft_encode.h"
#include "tests/support/command.h"
#include "tests/support/tiny_dataset.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

constexpr Device kCuda = {DeviceKind::cuda};

// Noise, a grey picture and one smaller than any crop; the first two labelled.
std::vector<PackSource> mixed_packs(const TemporaryFolder& folder) {
  const std::vector<std::string> classes = {"background", "red", "blue"};
  PackWriter writer(folder / "noise.pack");
  for (int i = 0; i < 4; ++i) {
    const int64_t width = 41 + 10 * i, height = 57;
    Image image = two_halves(width, height, i);
    const auto noise = random_values<double>(image.sample_count(), uint64_t(i + 1), 0, 30);
    for (size_t j = 0; j < noise.size(); ++j) image.samples8[j] = uint8_t(image.samples8[j] + noise[j]);
    if (i == 3)
      for (size_t j = 0; j < noise.size(); ++j) image.samples8[j] = image.samples8[j / 3 * 3];
    const LabelMap labels = two_labels(width, height);
    writer.add("noise" + std::to_string(i), image, &labels);
  }
  writer.commit(make_pack(folder / "x.pack", "x", 1, classes)->metadata());
  return {{std::make_shared<const Pack>(folder / "noise.pack")},
          {make_pack(folder / "small.pack", "small", 2, {}, 10, 13)}};
}

void check_same(const Batch& actual, const Batch& expected) {
  const auto error = [&](Tensor Batch::*part) {
    return relative_error((actual.*part).values<float>(), (expected.*part).values<float>());
  };
  // The resized bytes are the same; colours differ by the rounding of powers and roots.
  CHECK(error(&Batch::lightness) < 1e-5);
  CHECK(error(&Batch::ab) < 1e-5);
  CHECK(error(&Batch::color_weight) < 1e-4);
  CHECK(error(&Batch::color_entropy) < 1e-4);
  CHECK(actual.labels.values<int32_t>() == expected.labels.values<int32_t>());
  CHECK(actual.label_weight.values<float>() == expected.label_weight.values<float>());

  const auto index = actual.color_index.values<int32_t>(),
             expected_index = expected.color_index.values<int32_t>();
  const auto rarity = actual.color_rarity.values<float>(),
             expected_rarity = expected.color_rarity.values<float>();
  const auto k = size_t(expected.color_index.extent(-1));
  Encoding a(int64_t(rarity.size()), int(k)), b = a;
  a.index = index;
  b.index = expected_index;
  CHECK(wrong_bins(AbBins::zhang313(), expected.ab.values<float>(), a, b, 1e-4) == 0);
  for (size_t i = 0; i < rarity.size(); ++i)
    if (index[k * i] == expected_index[k * i]) CHECK(rarity[i] == expected_rarity[i]);
}

}  // namespace

TEST_CASE("cuda batch encoder: batches are the loader's, augmented, central and squashed") {
  const TemporaryFolder folder;
  const std::vector<PackSource> packs = mixed_packs(folder);
  LoaderOptions options = {
      .batch_size = 3, .crop = 24, .seed = 5, .lightness_jitter = 4, .contrast_jitter = 0.1};
  options.rebalance_weights = random_values<float>(AbBins::zhang313().count(), 3, 0.5, 2);
  for (const auto& [augment, squash, neighbours] :
       {std::tuple(true, false, 10), {false, false, 5}, {false, true, 16}}) {
    CAPTURE(augment);
    CAPTURE(squash);
    options.augment = augment;
    options.squash = squash;
    options.neighbours = neighbours;
    Loader loader(packs, options);
    const BatchEncoder encoder(kCuda, loader.options(), loader.raw_format());
    const Batch batch = encoder.empty_batch(3);  // the same memory every time
    for (int64_t step : {1, 0}) {
      encoder.encode(loader.raw_batch(step).bytes.to(kCuda), batch);
      check_same(batch, loader.batch(step));
    }
  }
}

TEST_CASE("cuda batch encoder: nothing is copied or waited for, so a graph can hold it") {
  const TemporaryFolder folder;
  Loader loader(mixed_packs(folder), {.batch_size = 2, .crop = 16, .seed = 3});
  const BatchEncoder encoder(kCuda, loader.options(), loader.raw_format());
  const Batch batch = encoder.empty_batch(2);
  const Tensor bytes = loader.raw_batch(0).bytes.to(kCuda);
  encoder.encode(bytes, batch);
  const CudaGraph graph(cuda_context(), [&] { encoder.encode(bytes, batch); });
  for (int64_t step : {1, 2}) {
    bytes.copy_from(loader.raw_batch(step).bytes);
    graph.launch();
    check_same(batch, loader.batch(step));
  }
}

TEST_CASE("cuda device feed: the loader's batches in turn, in the same tensors, without waiting") {
  const TemporaryFolder folder;
  const std::vector<PackSource> packs = mixed_packs(folder);
  LoaderOptions options = {.batch_size = 2, .crop = 16, .seed = 3};
  Loader expected(packs, options);
  options.raw_memory = [](int64_t bytes) { return Tensor::pinned({bytes}, DType::uint8); };
  Loader loader(packs, options);
  DeviceFeed feed(loader);
  std::vector<Tensor> lightness;
  const int64_t waits = cuda_context().waits();
  for (int64_t step = 0; step < 5; ++step) lightness.push_back(feed.batch(step).lightness.clone());
  CHECK(cuda_context().waits() == waits + 3);  // for copies that were made two batches ago
  for (int64_t step = 0; step < 5; ++step)
    CHECK(relative_error(lightness[size_t(step)].values<float>(),
                         expected.batch(step).lightness.values<float>()) < 1e-5);
  const Batch& batch = feed.batch(7);
  check_same(batch, expected.batch(7));
  CHECK(batch.names == expected.batch(7).names);
  CHECK(batch.lightness.address() == feed.batch(8).lightness.address());
}
