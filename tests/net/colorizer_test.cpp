#include "net/colorizer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/color.h"
#include "tests/support/pictures.h"
#include "tests/support/small_network.h"

using namespace huegrad;
using test::noise;
using test::worst_grey_step;

namespace {

ColorizeOptions options_for(int64_t size) {
  ColorizeOptions options;
  options.working_size.size = size;
  return options;
}

}  // namespace

TEST_CASE("network extent: aspect kept up to 4:1, multiples of 8") {
  const WorkingSize shorter{.size = 224};
  CHECK(network_extent(shorter, 300, 400) == NetworkExtent{224, 296});  // 298.7
  CHECK(network_extent(shorter, 400, 300) == NetworkExtent{296, 224});
  CHECK(network_extent(shorter, 1, 1) == NetworkExtent{224, 224});
  CHECK(network_extent(shorter, 3, 500) == NetworkExtent{224, 896});
  CHECK(network_extent(shorter, 500, 3) == NetworkExtent{896, 224});
  CHECK(network_extent({.fit = WorkingSize::Fit::native}, 17, 31) == NetworkExtent{24, 32});
  CHECK(network_extent({.fit = WorkingSize::Fit::native}, 16, 1) == NetworkExtent{16, 8});
  CHECK(network_extent({.fit = WorkingSize::Fit::square, .size = 256}, 3, 500) == NetworkExtent{256, 256});
}

TEST_CASE("colorizer: any size in, the same size out, lightness kept") {
  const HierarchicalNetwork network = test::small_network();
  ColorizeOptions options = options_for(16);
  const int64_t sizes[][2] = {{1, 1}, {1, 7}, {7, 1}, {3, 500}, {17, 31}, {64, 48}};
  for (const bool jbu : {true, false}) {
    options.jbu = jbu;
    Colorizer colorizer(network, options);
    for (const auto& [width, height] : sizes) {
      CAPTURE(width);
      CAPTURE(height);
      const Image picture = noise(width, height);
      const Image colored = colorizer.colorize(picture);
      CHECK(colored.width == width);
      CHECK(colored.height == height);
      CHECK(colored.channels == 3);
      CHECK(worst_grey_step(picture, colored) <= 1);
    }
  }
}

TEST_CASE("colorizer: native size") {
  ColorizeOptions options;
  options.working_size.fit = WorkingSize::Fit::native;
  Colorizer colorizer(test::small_network(), options);
  const Image picture = noise(17, 31);
  CHECK(colorizer.prepare(picture).height == 32);
  CHECK(worst_grey_step(picture, colorizer.colorize(picture)) <= 1);
}

TEST_CASE("colorizer: bit depth and alpha are the picture's own") {
  Colorizer colorizer(test::small_network(), options_for(16));
  const Image picture = noise(9, 5, 4, 16);
  const Image colored = colorizer.colorize(picture);
  CHECK(colored.bit_depth == 16);
  REQUIRE(colored.channels == 4);
  for (size_t i = 3; i < picture.samples16.size(); i += 4)
    CHECK(colored.samples16[i] == picture.samples16[i]);
}

TEST_CASE("colorizer: only lightness counts, so colour in makes no difference") {
  Colorizer colorizer(test::small_network(), options_for(16));
  const Image picture = noise(20, 20, 1);
  Image rgb = Image::make(20, 20, 3);
  for (size_t i = 0; i < rgb.samples8.size(); ++i) rgb.samples8[i] = picture.samples8[i / 3];
  CHECK(colorizer.colorize(picture) == colorizer.colorize(rgb));
}

TEST_CASE("colorizer: same bits every time; a batch as alone") {
  Colorizer colorizer(test::small_network(), options_for(24));
  const Image a = noise(30, 30), b = noise(60, 60);
  CHECK(colorizer.colorize(a) == colorizer.colorize(a));
  const std::vector<NetworkInput> inputs = {colorizer.prepare(a), colorizer.prepare(b)};
  const std::vector<Prediction> together = colorizer.predict(inputs);
  for (size_t i = 0; i < 2; ++i) {
    const Prediction alone = colorizer.predict({&inputs[i], 1}).front();
    CHECK(test::relative_error(alone.ab, together[i].ab) < 1e-5);
    CHECK(test::relative_error(alone.semantic_logits, together[i].semantic_logits) < 1e-5);
  }
}

TEST_CASE("colorizer: saturation scales the colours, 0 leaves none") {
  ColorizeOptions options = options_for(16);
  const HierarchicalNetwork network = test::small_network();
  Colorizer plain(network, options);
  options.saturation = 2;
  Colorizer vivid(network, options);
  options.saturation = 0;
  Colorizer grey(network, options);
  const Image picture = noise(16, 16);
  const NetworkInput input = plain.prepare(picture);
  const std::vector<float> ab = plain.predict({&input, 1})[0].ab, twice = vivid.predict({&input, 1})[0].ab;
  CHECK(std::any_of(ab.begin(), ab.end(), [](float value) { return std::abs(value) > 1; }));
  for (size_t i = 0; i < ab.size(); ++i) CHECK(twice[i] == 2 * ab[i]);
  const Image colorless = grey.colorize(picture);
  for (size_t i = 0; i < colorless.samples8.size(); i += 3)
    CHECK(std::abs(int(colorless.samples8[i]) - int(colorless.samples8[i + 2])) <= 1);
}

TEST_CASE("labels: bilinear logits, the largest wins") {
  // Two cells, two classes, four pixels: class 1 leads on the right, the lead changes in the middle.
  const Prediction prediction{1, 2, 2, std::vector<float>(4), {1, 0, 0, 1}};
  CHECK(upsample_labels(prediction, 1, 4).labels == std::vector<uint8_t>{0, 0, 1, 1});
  // Unequal leads: crossing where 3 (1 - t) = t, t = 0.75; pixels lie at t = 0, 0.25, 0.75 + rounding, 1.
  const Prediction skewed{1, 2, 2, std::vector<float>(4), {3, 0, 0, 1}};
  CHECK(upsample_labels(skewed, 3, 8).labels[4] == 0);
  CHECK(upsample_labels(skewed, 3, 8).labels[6] == 1);
  CHECK_THROWS_AS(upsample_labels(Prediction{1, 1, 0, {0, 0}, {}}, 4, 4), Error);
}

TEST_CASE("colorizer: options out of range are refused") {
  const auto refused = [](auto change) {
    ColorizeOptions options;
    change(options);
    CHECK_THROWS_AS(check_options(options), Error);
  };
  check_options({});
  refused([](ColorizeOptions& o) { o.temperature = 0; });
  refused([](ColorizeOptions& o) { o.temperature = std::nan(""); });
  refused([](ColorizeOptions& o) { o.saturation = -1; });
  refused([](ColorizeOptions& o) { o.working_size.size = 4; });
  refused([](ColorizeOptions& o) { o.jbu_radius = -1; });
  refused([](ColorizeOptions& o) { o.jbu_sigma_range = 0; });
}
