#include "kernels/colorize_pixels.h"

#include <doctest/doctest.h>

#include "kernels/color.h"
#include "tests/cases/colorize_pixels.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("colorize_pixels: the fast kernel equals the definition to a level", Sample, uint8_t,
                   uint16_t) {
  for (const ColorizePixelsShape& s : colorize_pixels_cases()) {
    CAPTURE(s.channels);
    CAPTURE(s.joint_bilateral);
    const auto picture = random_samples<Sample>(s.pixels() * s.channels);
    const auto logits = random_logits(s), centers = random_centers(s);
    std::vector<Sample> expected(size_t(s.pixels() * s.out_channels()), 1), fast(expected.size(), 2);
    colorize_pixels(Reference{}, s, logits.data(), centers.data(), picture.data(), expected.data());
    colorize_pixels(Cpu{}, s, logits.data(), centers.data(), picture.data(), fast.data());
    CHECK(largest_step(fast, expected) <= kSampleTolerance<Sample>);
  }
}

TEST_CASE_TEMPLATE("colorize_pixels: without colours a grey picture stays what it is", Backend, Reference,
                   Cpu) {
  const ColorizePixelsShape s{{.low_height = 4, .low_width = 4, .high_height = 16, .high_width = 16}, 2};
  std::vector<uint8_t> picture(512), out(1024, 7);
  for (size_t i = 0; i < 256; ++i) {
    picture[2 * i] = uint8_t(i);
    picture[2 * i + 1] = uint8_t(255 - i);
  }
  const std::vector<float> ab(32, 0.0f);
  colorize_pixels(Backend{}, s, ab.data(), picture.data(), out.data());
  for (size_t i = 0; i < 256; ++i) {
    for (size_t c = 0; c < 3; ++c) CHECK(std::abs(int(out[4 * i + c]) - int(i)) <= 1);
    CHECK(out[4 * i + 3] == 255 - i);
  }
}

TEST_CASE("colorize_pixels: bilinear colours as large as the picture are taken as they are") {
  ColorizePixelsShape s{{.low_height = 6, .low_width = 7, .high_height = 6, .high_width = 7}, 3, false};
  const auto picture = random_samples<uint8_t>(3 * s.pixels());
  std::vector<float> lab(picture.size()), ab;
  for (size_t i = 0; i < picture.size(); ++i) lab[i] = float(picture[i]) / 255;
  srgb_to_lab(Reference{}, s.pixels(), lab.data(), lab.data());
  for (size_t i = 0; i < lab.size(); ++i)
    if (i % 3 > 0) ab.push_back(lab[i]);
  std::vector<uint8_t> out(picture.size());
  colorize_pixels(Cpu{}, s, ab.data(), picture.data(), out.data());
  CHECK(largest_step(out, picture) <= 1);
}
