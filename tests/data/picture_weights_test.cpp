#include "data/picture_weights.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/command.h"
#include "tests/support/tiny_dataset.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

// 20x20 pixels of one colour, all of class `label` but for one corner pixel of class 2.
struct Sample {
  uint8_t red, green, blue;
  int label;  // -1: none
};

PackSource source_of(const std::filesystem::path& path, const std::vector<Sample>& samples) {
  PackMetadata metadata =
      make_pack(path, "n", 1,
                samples[0].label < 0 ? std::vector<std::string>{}
                                     : std::vector<std::string>{"background", "cat", "dot"})
          ->metadata();
  PackWriter writer(path);
  for (const Sample& sample : samples) {
    Image image = Image::make(20, 20, 3);
    for (size_t i = 0; i < image.samples8.size(); i += 3) {
      image.samples8[i] = sample.red;
      image.samples8[i + 1] = sample.green;
      image.samples8[i + 2] = sample.blue;
    }
    LabelMap labels{20, 20, std::vector<uint8_t>(400, uint8_t(sample.label))};
    labels.labels[0] = 2;
    writer.add("n", image, sample.label < 0 ? nullptr : &labels);
  }
  writer.commit(metadata);
  return {std::make_shared<const Pack>(path)};
}

}  // namespace

TEST_CASE("picture weights: rare classes are repeated by the root of what they lack") {
  const TemporaryFolder folder;
  std::vector<PackSource> sources = {
      source_of(folder / "a.pack", {{9, 9, 9, 0}, {9, 9, 9, 1}, {9, 9, 9, 0}, {9, 9, 9, 0}}),
      source_of(folder / "b.pack", {{9, 9, 9, -1}})};
  set_picture_weights(sources, {.class_share = 0.5});
  // Class 1 is in 1 of 4 labelled pictures; class 2, a single pixel, occurs in none.
  CHECK(sources[0].picture_weights[0] == 1);
  CHECK(sources[0].picture_weights[1] == doctest::Approx(std::sqrt(0.5 / 0.25)));
  CHECK(sources[1].picture_weights == std::vector<double>{1});
  set_picture_weights(sources, {});
  CHECK(sources[0].picture_weights.empty());
}

TEST_CASE("picture weights: by the power of chroma, held within a quarter and four") {
  const TemporaryFolder folder;
  // Blue has a chroma of 133.81, dark red a part of it, grey none.
  std::vector<PackSource> sources = {
      source_of(folder / "a.pack", {{0, 0, 255, -1}, {0, 0, 255, -1}, {90, 60, 60, -1}, {77, 77, 77, -1}})};
  set_picture_weights(sources, {.color_power = 1});
  const std::vector<double> linear = sources[0].picture_weights;
  CHECK(linear[0] == linear[1]);
  CHECK(linear[0] > 1.7);
  CHECK(linear[0] < 2);
  CHECK(linear[3] == 0.25);
  set_picture_weights(sources, {.color_power = 0.5});
  CHECK(sources[0].picture_weights[0] == doctest::Approx(std::sqrt(linear[0])));
  set_picture_weights(sources, {.color_power = 4});
  CHECK(sources[0].picture_weights[0] == 4);
}
