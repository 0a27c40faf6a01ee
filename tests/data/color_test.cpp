#include "data/color.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "kernels/random.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

Image noise(int64_t width, int64_t height, int64_t channels, int bit_depth) {
  Image image = Image::make(width, height, channels, bit_depth);
  for (size_t i = 0; i < size_t(image.sample_count()); ++i) {
    const uint32_t value = philox(1, 0, i)[0];
    if (bit_depth == 16)
      image.samples16[i] = uint16_t(value);
    else
      image.samples8[i] = uint8_t(value);
  }
  return image;
}

double sample(const Image& image, int64_t i) {
  return (image.bit_depth == 16 ? image.samples16[size_t(i)] : image.samples8[size_t(i)]) / image.max_value();
}

}  // namespace

TEST_CASE("data color: lightness of grey, colour, alpha and 16-bit photographs") {
  Image red = Image::make(1, 1, 3);
  red.samples8[0] = 255;
  CHECK(lightness(red)[0] == doctest::Approx(53.2406).epsilon(1e-4));
  for (int bit_depth : {8, 16})
    for (int64_t channels : {1, 2, 3, 4}) {
      const Image image = noise(71, 37, channels, bit_depth);
      const auto plane = lightness(image), values = lab(image);
      REQUIRE(plane.size() == 71 * 37);
      for (size_t i = 0; i < plane.size(); ++i) {
        REQUIRE(plane[i] == values[3 * i]);
        if (channels <= 2) REQUIRE(std::hypot(values[3 * i + 1], values[3 * i + 2]) < 0.02);
      }
    }
}

TEST_CASE("data color: 16-bit lightness is finer than 8-bit steps") {
  Image a = Image::make(2, 1, 1, 16);
  a.samples16 = {30000, 30010};
  const auto plane = lightness(a);
  CHECK(plane[1] > plane[0]);
  CHECK(plane[1] - plane[0] < 0.05f);
}

TEST_CASE("data color: grey levels invert lightness") {
  const Image grey = noise(50, 40, 1, 8);
  const auto levels = grey_levels(lightness(grey));
  for (size_t i = 0; i < levels.size(); ++i) CHECK(std::abs(levels[i] - float(grey.samples8[i])) < 0.02f);
}

TEST_CASE("data color: no colour gives the grey photograph back, sample for sample") {
  for (int bit_depth : {8, 16}) {
    const Image grey = noise(61, 35, 1, bit_depth);
    const Image result = colorize(grey, std::vector<float>(size_t(2 * grey.pixels()), 0));
    CHECK((result.channels == 3 && result.bit_depth == bit_depth));
    double worst = 0;
    for (int64_t i = 0; i < 3 * grey.pixels(); ++i)
      worst = std::max(worst, std::abs(sample(result, i) - sample(grey, i / 3)));
    CHECK(worst < (bit_depth == 8 ? 1e-9 : 1e-4));  // the conversion's white is neutral to 8e-5
  }
}

TEST_CASE("data color: any colours keep lightness, alpha, depth and size") {
  for (int bit_depth : {8, 16})
    for (int64_t channels : {1, 2, 3, 4}) {
      const Image image = noise(67, 41, channels, bit_depth);
      const auto ab = random_values<float>(2 * image.pixels(), 3, -150, 150);
      const Image result = colorize(image, ab);
      CHECK((result.width == 67 && result.height == 41 && result.bit_depth == bit_depth));
      CHECK(result.has_alpha() == image.has_alpha());
      const auto before = lightness(image), after = lightness(result);
      for (size_t i = 0; i < before.size(); ++i)
        REQUIRE(std::abs(before[i] - after[i]) < (bit_depth == 8 ? 0.35f : 0.03f));  // rounding to 8 bits
      for (int64_t i = 0; image.has_alpha() && i < image.pixels(); ++i)
        REQUIRE(sample(result, 4 * i + 3) == sample(image, (i + 1) * channels - 1));
    }
}

TEST_CASE("data color: a colour photograph is restored from its own colours") {
  const Image image = noise(40, 40, 3, 8);
  const auto values = lab(image);
  std::vector<float> ab;
  for (size_t i = 0; i < values.size(); i += 3) ab.insert(ab.end(), {values[i + 1], values[i + 2]});
  CHECK(colorize(image, ab) == image);
}
