#include "data/loader.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "data/ab_bins.h"
#include "data/batch_encoder.h"
#include "data/color.h"
#include "tests/support/command.h"
#include "tests/support/tiny_dataset.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

const std::vector<std::string> kClasses = {"background", "red", "blue"};

bool same(const Batch& x, const Batch& y) {
  return x.names == y.names && x.lightness.values<float>() == y.lightness.values<float>() &&
         x.color_index.values<int32_t>() == y.color_index.values<int32_t>() &&
         x.color_weight.values<float>() == y.color_weight.values<float>() &&
         x.color_entropy.values<float>() == y.color_entropy.values<float>() &&
         x.color_rarity.values<float>() == y.color_rarity.values<float>() &&
         x.ab.values<float>() == y.ab.values<float>() &&
         x.labels.values<int32_t>() == y.labels.values<int32_t>() &&
         x.label_weight.values<float>() == y.label_weight.values<float>();
}

LoaderOptions small_options() {
  return {.batch_size = 3, .crop = 24, .seed = 5, .lightness_jitter = 4, .contrast_jitter = 0.1};
}

}  // namespace

TEST_CASE("permute: visits everything once, differently for every stream") {
  for (int64_t count : {1, 2, 3, 5, 64, 1000}) {
    std::set<int64_t> seen;
    int64_t moved = 0, differing = 0;
    for (int64_t i = 0; i < count; ++i) {
      const int64_t to = permute(i, count, 1, 2);
      CHECK(to >= 0);
      CHECK(to < count);
      seen.insert(to);
      moved += to != i;
      differing += to != permute(i, count, 1, 3);
    }
    CHECK(int64_t(seen.size()) == count);
    if (count >= 64) CHECK(std::min(moved, differing) > count * 9 / 10);
  }
}

TEST_CASE("sampler: an epoch shows every picture once; weights change how often") {
  const Sampler sampler({{10}, {7}}, 3, true);
  CHECK(sampler.epoch_size() == 17);
  std::vector<std::pair<int64_t, int64_t>> first, second;
  for (int64_t i = 0; i < 34; ++i) {
    const SampledPicture sampled = sampler.at(i);
    (i < 17 ? first : second).emplace_back(sampled.pack, sampled.picture);
  }
  CHECK(first != second);
  CHECK(std::set(first.begin(), first.end()).size() == 17);
  CHECK(std::set(second.begin(), second.end()).size() == 17);

  const Sampler weighted({{10, 0.5}, {7, 3}}, 3, true);
  CHECK(weighted.epoch_size() == 26);
  std::map<std::pair<int64_t, int64_t>, int> times;
  for (int64_t i = 0; i < 52; ++i) ++times[{weighted.at(i).pack, weighted.at(i).picture}];
  CHECK(times.size() == 17);
  for (const auto& [picture, count] : times) CHECK(count == (picture.first == 0 ? 1 : 6));
  CHECK_THROWS_AS(Sampler({{3, 0}}, 0, true), Error);
}

TEST_CASE("sampler: a pass shows a picture as often as its weight says, up to a lot") {
  constexpr int64_t kPasses = 400;
  const std::vector<double> weights = {1, 4, 0.5, 2.5, 2, 2};  // of 12: one picture in a pass is worth 2
  const Sampler sampler({{6, 1, weights}}, 7, true);
  std::vector<int64_t> times(6);
  bool in_order = true;
  for (int64_t pass = 0; pass < kPasses; ++pass) {
    std::vector<int64_t> shown(6);
    int64_t last = -1;
    for (int64_t i = 0; i < 6; ++i) {
      const int64_t picture = sampler.at(6 * pass + i).picture;
      ++shown[size_t(picture)];
      ++times[size_t(picture)];
      in_order = in_order && picture >= last;
      last = picture;
    }
    for (size_t i = 0; i < 6; ++i) CHECK(std::abs(double(shown[i]) - weights[i] / 2) < 1);
  }
  for (size_t i = 0; i < 6; ++i)
    CHECK(double(times[i]) / kPasses == doctest::Approx(weights[i] / 2).epsilon(0.15));
  CHECK(!in_order);

  const Sampler plain({{6}}, 7, true), equal({{6, 1, std::vector<double>(6, 3.0)}}, 7, true);
  for (int64_t i = 0; i < 30; ++i) CHECK(equal.at(i).picture == plain.at(i).picture);
  CHECK_THROWS_AS(Sampler({{3, 1, {1, 2}}}, 0, true), Error);
  CHECK_THROWS_AS(Sampler({{3, 1, {1, 0, 2}}}, 0, true), Error);
}

TEST_CASE("loader: batches do not depend on threads or on where a run is resumed") {
  const TemporaryFolder folder;
  const auto pack = make_pack(folder / "a.pack", "n", 7, kClasses);
  LoaderOptions options = small_options();
  options.prefetch = 0;
  Loader plain({{pack}}, options);
  std::vector<Batch> expected;
  for (int64_t step = 0; step < 12; ++step) expected.push_back(plain.batch(step));
  CHECK(!same(expected[0], expected[1]));

  for (int threads : {1, 4}) {
    options.prefetch = threads;
    Loader loader({{pack}}, options);
    for (int64_t step = 0; step < 8; ++step) CHECK(same(loader.batch(step), expected[size_t(step)]));
    for (int64_t step : {3, 11, 10, 10, 0}) CHECK(same(loader.batch(step), expected[size_t(step)]));
    Loader resumed({{pack}}, options);
    CHECK(same(resumed.batch(9), expected[9]));
  }
  options.seed = 6;
  Loader other({{pack}}, options);
  CHECK(!same(other.batch(0), expected[0]));
}

TEST_CASE("loader: crops, scales and mirrors move colours and labels together") {
  const TemporaryFolder folder;
  Loader loader({{make_pack(folder / "a.pack", "n", 4, kClasses, 96, 80)}}, small_options());
  int64_t red = 0, blue = 0, left_blue = 0, left_red = 0;
  for (int64_t step = 0; step < 40; ++step) {
    const Batch batch = loader.batch(step);
    REQUIRE(batch.ab.shape() == Shape{3, 6, 6, 2});
    REQUIRE(batch.lightness.shape() == Shape{3, 24, 24, 1});
    for (int64_t i = 0; i < batch.labels.size(); ++i) {
      const int32_t label = batch.labels.data<int32_t>()[i];
      const float b = batch.ab.data<float>()[2 * i + 1];
      // Scaling mixes the colours of the one or two pixels at the edge between the halves.
      const bool edge = i % 6 > 0 && label != batch.labels.data<int32_t>()[i - 1];
      const bool before_edge = i % 6 < 5 && label != batch.labels.data<int32_t>()[i + 1];
      if (!edge && !before_edge) CHECK((b > 0) == (label == 1));
      red += label == 1;
      blue += label == 2;
      if (i % 6 == 0 && label != batch.labels.data<int32_t>()[i + 5]) ++(label == 1 ? left_red : left_blue);
    }
  }
  CHECK(red > 500);
  CHECK(blue > 500);
  CHECK(left_red > 20);   // not mirrored
  CHECK(left_blue > 20);  // mirrored
}

TEST_CASE("loader: a batch is what its contract says") {
  const TemporaryFolder folder;
  LoaderOptions options = small_options();
  options.augment = false;
  options.lightness_jitter = options.contrast_jitter = 0;
  options.neighbours = 4;
  options.rebalance_weights.assign(313, 0.0f);
  for (size_t q = 0; q < 313; ++q) options.rebalance_weights[q] = float(q);
  const auto pack = make_pack(folder / "a.pack", "n", 4, kClasses, 24, 24);
  Loader loader({{pack}}, options);
  CHECK(loader.steps_per_epoch() == 2);
  CHECK(loader.classes() == kClasses);
  const Batch batch = loader.batch(0);
  CHECK(batch.names == std::vector<std::string>{"n0", "n1", "n2"});
  CHECK(loader.batch(1).names == std::vector<std::string>{"n3"});
  CHECK_THROWS_AS(loader.batch(2), Error);
  CHECK(batch.label_weight.values<float>() == std::vector<float>(3 * 36, 0.5f));
  CHECK(batch.color_index.shape() == Shape{3, 6, 6, 4});

  const Image image = two_halves(24, 24, 1);
  const std::vector<float> expected = lab(image);
  const AbBins& bins = AbBins::zhang313();
  for (int64_t y = 0; y < 24; ++y)
    for (int64_t x = 0; x < 24; ++x)
      CHECK(batch.lightness.data<float>()[576 + y * 24 + x] == expected[size_t((y * 24 + x) * 3)] - 50);
  for (int64_t i = 0; i < 6; ++i)
    for (int64_t j = 0; j < 6; ++j) {
      const int64_t cell = 36 + i * 6 + j;
      const float* pixel = &expected[size_t(((4 * i + 2) * 24 + 4 * j + 2) * 3)];
      CHECK(batch.ab.data<float>()[2 * cell] == pixel[1]);
      CHECK(batch.ab.data<float>()[2 * cell + 1] == pixel[2]);
      const int nearest = bins.nearest(pixel[1], pixel[2]);
      CHECK(batch.color_index.data<int32_t>()[4 * cell] == nearest);
      CHECK(batch.color_rarity.data<float>()[cell] == float(nearest));
      const float* weight = batch.color_weight.data<float>() + 4 * cell;
      CHECK(weight[0] + weight[1] + weight[2] + weight[3] == doctest::Approx(1));
      double entropy = 0;
      for (int k = 0; k < 4; ++k) entropy -= double(weight[k]) * std::log(std::max(double(weight[k]), 1e-30));
      CHECK(batch.color_entropy.data<float>()[cell] == doctest::Approx(entropy));
      CHECK(batch.labels.data<int32_t>()[cell] == (j < 3 ? 1 : 2));
    }
}

TEST_CASE("loader: validation takes the middle, or all of the picture made square") {
  const TemporaryFolder folder;
  const auto pack = make_pack(folder / "a.pack", "n", 1, kClasses, 96, 48);
  LoaderOptions options{.batch_size = 1, .crop = 48, .augment = false};
  for (bool squash : {false, true}) {
    options.squash = squash;
    const Batch batch = Loader({{pack}}, options).batch(0);
    CHECK(batch.labels.data<int32_t>()[5] == 1);
    CHECK(batch.labels.data<int32_t>()[6] == 2);
  }
  // Without squashing, the pixels of the middle are untouched.
  options.squash = false;
  const Batch batch = Loader({{pack}}, options).batch(0);
  const std::vector<float> expected = lab(two_halves(96, 48, 0));
  CHECK(batch.lightness.data<float>()[48 * 7 + 3] == expected[size_t((96 * 7 + 24 + 3) * 3)] - 50);
}

TEST_CASE("loader: jitter changes the input and nothing else") {
  const TemporaryFolder folder;
  const auto pack = make_pack(folder / "a.pack", "n", 4, kClasses);
  LoaderOptions options = small_options();
  const Batch jittered = Loader({{pack}}, options).batch(0);
  options.lightness_jitter = options.contrast_jitter = 0;
  const Batch plain = Loader({{pack}}, options).batch(0);
  CHECK(jittered.ab.values<float>() == plain.ab.values<float>());
  CHECK(jittered.labels.values<int32_t>() == plain.labels.values<int32_t>());
  float worst = 0;
  for (int64_t i = 0; i < plain.lightness.size(); ++i)
    worst = std::max(worst, std::abs(plain.lightness.data<float>()[i] - jittered.lightness.data<float>()[i]));
  CHECK(worst > 0.1f);
  CHECK(worst <= 4 + 0.1f * 50);
}

TEST_CASE("loader: grey pictures teach no colour") {
  const TemporaryFolder folder;
  Image grey = two_halves(40, 40, 0), tinted = grey;
  for (size_t i = 0; i < grey.samples8.size(); i += 3)
    grey.samples8[i] = grey.samples8[i + 2] = grey.samples8[i + 1];
  PackMetadata metadata = make_pack(folder / "x.pack", "n", 1, {})->metadata();
  PackWriter writer(folder / "a.pack");
  writer.add("grey", grey, nullptr);
  writer.add("colour", tinted, nullptr);
  writer.commit(metadata);
  Loader loader({{std::make_shared<const Pack>(folder / "a.pack")}},
                {.batch_size = 2, .crop = 24, .augment = false});
  const Batch batch = loader.batch(0);
  for (int64_t i = 0; i < 36; ++i) {
    CHECK(batch.color_rarity.data<float>()[i] == 0);
    CHECK(batch.color_rarity.data<float>()[36 + i] == 1);
  }
}

TEST_CASE("loader: labelled and unlabelled packs are mixed") {
  const TemporaryFolder folder;
  const auto labelled = make_pack(folder / "a.pack", "labelled", 5, kClasses);
  const auto unlabelled = make_pack(folder / "b.pack", "plain", 6, {}, 64, 32);
  Loader loader({{unlabelled}, {labelled}}, small_options());
  CHECK(loader.classes() == kClasses);
  CHECK(loader.epoch_size() == 11);
  int64_t with = 0, without = 0;
  for (int64_t step = 0; step < 11; ++step) {
    const Batch batch = loader.batch(step);
    for (int64_t n = 0; n < 3; ++n)
      for (int64_t i = 0; i < 36; ++i) {
        const int32_t label = batch.labels.data<int32_t>()[n * 36 + i];
        const bool plain = batch.names[size_t(n)].starts_with("plain");
        CHECK((label == 255) == plain);
        ++(plain ? without : with);
      }
  }
  CHECK(with == 15 * 36);
  CHECK(without == 18 * 36);
}

TEST_CASE("loader: impossible options and packs are refused") {
  const TemporaryFolder folder;
  const auto pack = make_pack(folder / "a.pack", "n", 2, kClasses);
  const auto refused = [&](auto change) {
    LoaderOptions options = small_options();
    change(options);
    CHECK_THROWS_AS(Loader({{pack}}, options), Error);
  };
  refused([](LoaderOptions& o) { o.crop = 20; });
  refused([](LoaderOptions& o) { o.crop = 0; });
  refused([](LoaderOptions& o) { o.batch_size = 0; });
  refused([](LoaderOptions& o) { o.neighbours = 17; });
  refused([](LoaderOptions& o) { o.rebalance_weights.assign(312, 1.0f); });
  refused([](LoaderOptions& o) { o.contrast_jitter = 2; });
  refused([](LoaderOptions& o) { o.prefetch = -1; });
  CHECK_THROWS_AS(Loader({}, small_options()), Error);
  const auto other = make_pack(folder / "b.pack", "n", 2, {"background", "red", "green"});
  CHECK_THROWS_AS(Loader({{pack}, {other}}, small_options()), Error);

  // Labels that a pack's own metadata does not allow reach no loss.
  PackMetadata metadata = pack->metadata();
  metadata.classes.pop_back();
  metadata.frequencies = ClassFrequencies(2);
  PackWriter writer(folder / "c.pack");
  const LabelMap labels = two_labels(48, 40);
  writer.add("n", two_halves(48, 40, 0), &labels);
  writer.commit(metadata);
  Loader loader({{std::make_shared<const Pack>(folder / "c.pack")}},
                {.batch_size = 1, .crop = 40, .augment = false});
  CHECK_THROWS_AS(loader.batch(0), Error);
  CHECK_THROWS_WITH_AS(loader.raw_batch(0), doctest::Contains("has label 2 of 2 classes"), Error);
}

TEST_CASE("loader: raw batches hold the cut pixels and labels, in memory of a fixed size") {
  const TemporaryFolder folder;
  const auto large = make_pack(folder / "a.pack", "n", 3, kClasses, 96, 80);
  const auto small = make_pack(folder / "b.pack", "plain", 2, {}, 10, 13);
  LoaderOptions options = small_options();
  options.augment = false;
  options.prefetch = 1;
  std::vector<int64_t> asked;
  options.raw_memory = [&](int64_t bytes) {
    asked.push_back(bytes);
    return Tensor::full({bytes + 8}, 255, DType::uint8);
  };
  Loader loader({{large}, {small}}, options);
  const PictureBytes& format = loader.raw_format();
  CHECK((format.pictures == 3 && format.side == 24 && format.longest == 80));
  CHECK(loader.raw_capacity() == format.pixels_offset() + 3 * 80 * 80 * 3);

  const RawBatch first = loader.raw_batch(0), last = loader.raw_batch(1);
  CHECK(asked == std::vector<int64_t>(2, loader.raw_capacity()));
  CHECK(first.names == std::vector<std::string>{"n0", "n1", "n2"});
  CHECK((first.count == 3 && first.used == loader.raw_capacity()));
  CHECK(first.bytes.size() == loader.raw_capacity() + 8);
  const auto* bytes = first.bytes.data<uint8_t>();
  const auto* frames = reinterpret_cast<const PictureFrame*>(bytes);
  CHECK((frames[1].height == 80 && frames[1].width == 80 && frames[1].mirror == 0));
  CHECK(frames[1].label_weight == 0.5f);
  const Image picture = two_halves(96, 80, 1);
  for (int64_t y = 0; y < 80; ++y)
    CHECK(std::equal(&picture.samples8[size_t((y * 96 + 8) * 3)],
                     &picture.samples8[size_t((y * 96 + 88) * 3)], bytes + frames[1].pixels + y * 80 * 3));
  CHECK(bytes[format.labels_offset()] == 1);
  CHECK(bytes[format.labels_offset() + 5] == 2);
  CHECK(bytes[first.used] == 255);  // untouched

  CHECK((last.count == 2 && last.used == 2 * (int64_t(sizeof(PictureFrame)) + 36 + 10 * 10 * 3)));
  CHECK(last.bytes.data<uint8_t>()[2 * sizeof(PictureFrame)] == 255);  // no label
  options.raw_memory = [](int64_t size) { return Tensor::empty({size - 1}, DType::uint8); };
  CHECK_THROWS_AS(Loader({{large}}, options).raw_batch(0), Error);
}

TEST_CASE("loader: raw batches encoded are the batches, whatever is computed ahead") {
  const TemporaryFolder folder;
  const auto labelled = make_pack(folder / "a.pack", "n", 5, kClasses, 96, 80);
  const auto small = make_pack(folder / "b.pack", "plain", 4, {}, 10, 13);
  for (int prefetch : {0, 3}) {
    LoaderOptions options = small_options();
    options.prefetch = prefetch;
    Loader loader({{labelled}, {small}}, options), ready({{labelled}, {small}}, options);
    const BatchEncoder encoder({}, loader.options(), loader.raw_format());
    Batch batch = encoder.empty_batch(3);
    for (int64_t step : {0, 1, 2, 7, 1}) {
      const RawBatch raw = loader.raw_batch(step);
      encoder.encode(raw.bytes, batch);
      batch.names = raw.names;
      CHECK(same(batch, ready.batch(step)));
    }
    CHECK_THROWS_AS(encoder.encode(loader.raw_batch(0).bytes, encoder.empty_batch(4)), Error);
  }
}

TEST_CASE("loader: the definition of every kernel gives the same batch") {
  const TemporaryFolder folder;
  const auto pack = make_pack(folder / "a.pack", "n", 5, kClasses, 61, 47);
  Loader loader({{pack}}, small_options());
  const BatchEncoder encoder({DeviceKind::reference}, loader.options(), loader.raw_format());
  const Batch expected = encoder.empty_batch(3), batch = loader.batch(4);
  encoder.encode(loader.raw_batch(4).bytes.to(Device{DeviceKind::reference}), expected);
  // Where a resized sample lies between two levels it may become either, less than 1 of L away.
  int64_t differing = 0;
  for (int64_t i = 0; i < batch.lightness.size(); ++i) {
    const float error = std::abs(batch.lightness.data<float>()[i] - expected.lightness.data<float>()[i]);
    CHECK(error < 1);
    differing += !(error < 1e-3f);
  }
  CHECK(differing < batch.lightness.size() / 50);
  CHECK(batch.labels.values<int32_t>() == expected.labels.values<int32_t>());
}
