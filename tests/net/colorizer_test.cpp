#include "net/colorizer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/color.h"
#include "net/validation.h"
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
  CHECK(colorizer.prepare(picture).height() == 32);
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
    for (const auto part : {&Prediction::color_logits, &Prediction::semantic_logits})
      CHECK(test::relative_error((alone.*part).values<float>(), (together[i].*part).values<float>()) < 1e-5);
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
  const auto colors = [&](Colorizer& colorizer) {
    return colorizer.colors(colorizer.predict({&input, 1})[0]).values<float>();
  };
  const auto ab = colors(plain), twice = colors(vivid);
  CHECK(std::any_of(ab.begin(), ab.end(), [](float value) { return std::abs(value) > 1; }));
  for (size_t i = 0; i < ab.size(); ++i) CHECK(twice[i] == 2 * ab[i]);
  const Image colorless = grey.colorize(picture);
  for (size_t i = 0; i < colorless.samples8.size(); i += 3)
    CHECK(std::abs(int(colorless.samples8[i]) - int(colorless.samples8[i + 2])) <= 1);
}

TEST_CASE("colorizer: labels of every pixel, if the model has them") {
  const Image picture = noise(30, 20);
  const auto labels_of = [&](bool semantics) {
    Colorizer colorizer(test::small_network(semantics), options_for(16));
    const NetworkInput input = colorizer.prepare(picture);
    return colorizer.labels(colorizer.predict({&input, 1}).front(), picture.height, picture.width);
  };
  const LabelMap map = labels_of(true);
  CHECK(map.width == 30);
  CHECK(map.height == 20);
  REQUIRE(map.labels.size() == 600);
  const auto [least, most] = std::ranges::minmax_element(map.labels);
  CHECK(*least < *most);
  CHECK(*most < 21);
  CHECK_THROWS_AS(labels_of(false), Error);
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

TEST_CASE("colorizer: three ways to full size agree on what is flat, and only the cubic one overshoots") {
  Colorizer colorizer(test::small_network(), options_for(16));
  const Image picture = noise(32, 32);
  const auto upsampled = [&](const std::vector<float>& ab, Upsampling way) {
    return colorizer.upsample(picture, Tensor::from(ab, {4, 4, 2}), way);
  };
  std::vector<float> step(32, 0);
  for (size_t i = 16; i < 32; ++i) step[i] = 10;
  for (const Upsampling way : {Upsampling::bilinear, Upsampling::bicubic, Upsampling::jbu}) {
    CAPTURE(int(way));
    for (const float value : upsampled(std::vector<float>(32, 7), way)) CHECK(value == doctest::Approx(7));
    const std::vector<float> ab = upsampled(step, way);
    CHECK(ab.size() == 2 * 32 * 32);
    CHECK((*std::ranges::max_element(ab) > 10.1f) == (way == Upsampling::bicubic));
    CHECK((*std::ranges::min_element(ab) < -0.1f) == (way == Upsampling::bicubic));
  }
}

TEST_CASE("colorizer: colours are the annealed mean of the distributions, and what pictures are made with") {
  ColorizeOptions options = options_for(16);
  options.temperature = 0.2;
  Colorizer colorizer(test::small_network(), options);
  const Image picture = noise(16, 24);
  const NetworkInput input = colorizer.prepare(picture);
  const Prediction prediction = colorizer.predict({&input, 1}).front();
  CHECK(prediction.color_logits.shape() == Shape{6, 4, 313});
  const Tensor colors = colorizer.colors(prediction);
  CHECK(colors.values<float>() == predicted_ab(prediction.color_logits, 0.2).values<float>());
  const std::vector<float> ab = colorizer.upsample(picture, colors, Upsampling::jbu);
  CHECK(test::largest_step(colorizer.compose(picture, prediction), colorize(picture, ab)) <= 1);
}
