#include "kernels/color.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/cases/colorize_pixels.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

std::vector<float> as_float(const std::vector<double>& values) { return {values.begin(), values.end()}; }

// Rows of R G B (0..255) and L a b, made by tests/oracle/lab_skimage.py.
struct Oracle {
  std::vector<double> rgb, lab;
};

Oracle read_oracle() {
  std::ifstream file(HUEGRAD_SOURCE_DIR "/tests/data/lab_skimage.txt");
  Oracle oracle;
  for (std::array<double, 6> v; file >> v[0] >> v[1] >> v[2] >> v[3] >> v[4] >> v[5];) {
    for (int c = 0; c < 3; ++c) oracle.rgb.push_back(v[c] / 255);
    for (int c = 3; c < 6; ++c) oracle.lab.push_back(v[c]);
  }
  return oracle;
}

}  // namespace

TEST_CASE("color: Lab values are scikit-image's") {
  const Oracle oracle = read_oracle();
  const int64_t size = int64_t(oracle.rgb.size() / 3);
  REQUIRE(size >= 60);
  auto lab = poisoned<double>(3 * size);
  srgb_to_lab(Reference{}, size, oracle.rgb.data(), lab.data());
  for (size_t i = 0; i < lab.size(); ++i)
    CHECK(lab[i] == doctest::Approx(oracle.lab[i]).epsilon(1e-9).scale(1));

  auto fast = poisoned<float>(3 * size);
  srgb_to_lab(Cpu{}, size, as_float(oracle.rgb).data(), fast.data());
  for (size_t i = 0; i < fast.size(); ++i) CHECK(std::abs(fast[i] - oracle.lab[i]) < 5e-4);
}

TEST_CASE("color: the fast conversions equal the definitions on every size") {
  for (int64_t size : {1, 2, 7, 8, 9, 16, 31, 1000, 5003}) {
    CAPTURE(size);
    const auto rgb = random_values<float>(3 * size, 1, 0, 1);
    auto lab = poisoned<float>(3 * size), expected = poisoned<float>(3 * size);
    srgb_to_lab(Cpu{}, size, rgb.data(), lab.data());
    srgb_to_lab(Reference{}, size, rgb.data(), expected.data());
    CHECK(relative_error(lab, expected) < 5e-6);

    auto back = poisoned<float>(3 * size), expected_back = poisoned<float>(3 * size);
    lab_to_srgb(Cpu{}, size, lab.data(), back.data());
    lab_to_srgb(Reference{}, size, lab.data(), expected_back.data());
    CHECK(relative_error(back, expected_back) < 2e-5);
    CHECK(relative_error(back, rgb) < 2e-4);
  }
}

TEST_CASE("color: all 8-bit greys are neutral and survive the way there and back") {
  std::vector<float> rgb, lab(3 * 256), back(3 * 256);
  for (int i = 0; i < 256; ++i) rgb.insert(rgb.end(), 3, float(i) / 255);
  srgb_to_lab(Cpu{}, 256, rgb.data(), lab.data());
  for (int i = 0; i < 256; ++i) {
    CHECK(std::abs(lab[3 * i + 1]) < 0.01);
    CHECK(std::abs(lab[3 * i + 2]) < 0.01);
    lab[3 * i + 1] = lab[3 * i + 2] = 0;
  }
  lab_to_srgb(Cpu{}, 256, lab.data(), back.data());
  for (int i = 0; i < 3 * 256; ++i) CHECK(std::lround(back[i] * 255) == i / 3);
}

TEST_CASE("color: impossible colours keep lightness and hue, and lose no more chroma than needed") {
  const int64_t size = 2000;
  std::vector<double> lab(3 * size);
  const auto random = random_values<double>(3 * size, 4, -1, 1);
  for (int64_t i = 0; i < size; ++i) {
    lab[3 * i] = 50 + 50 * random[3 * i];
    for (int c : {1, 2}) lab[3 * i + c] = 200 * random[3 * i + c];
  }
  auto rgb = poisoned<double>(3 * size), fitted = poisoned<double>(3 * size);
  lab_to_srgb(Reference{}, size, lab.data(), rgb.data());
  srgb_to_lab(Reference{}, size, rgb.data(), fitted.data());
  int changed = 0;
  for (int64_t i = 0; i < size; ++i) {
    CAPTURE(lab[3 * i]);
    const double a = lab[3 * i + 1], b = lab[3 * i + 2], fit_a = fitted[3 * i + 1], fit_b = fitted[3 * i + 2];
    for (int c = 0; c < 3; ++c) CHECK((rgb[3 * i + c] >= 0 && rgb[3 * i + c] <= 1));
    CHECK(std::abs(fitted[3 * i] - lab[3 * i]) < 0.02);
    const double chroma = std::hypot(a, b), fit_chroma = std::hypot(fit_a, fit_b);
    CHECK(fit_chroma <= chroma + 0.05);
    CHECK(std::abs(a * fit_b - b * fit_a) / chroma < 0.1);  // distance from the line of equal hue
    if (fit_chroma > chroma - 0.05) continue;
    ++changed;
    // On the surface of the gamut: some channel is at an end.
    const auto [least, most] = std::minmax_element(&rgb[3 * i], &rgb[3 * i] + 3);
    CHECK((*least < 1e-4 || *most > 1 - 1e-4));
  }
  CHECK(changed > size / 2);

  auto fast = poisoned<float>(3 * size);
  lab_to_srgb(Cpu{}, size, as_float(lab).data(), fast.data());
  CHECK(relative_error(fast, rgb) < 1e-3);
}

TEST_CASE("color: lightness outside 0..100 gives black and white") {
  const std::vector<float> lab = {-20, 0, 0, 130, 0, 0, 0, 60, -60, 100, 60, 60};
  auto rgb = poisoned<float>(12);
  lab_to_srgb(Cpu{}, 4, lab.data(), rgb.data());
  for (int i : {0, 1, 2, 6, 7, 8}) CHECK(rgb[i] < 1e-3f);
  for (int i : {3, 4, 5, 9, 10, 11}) CHECK(rgb[i] > 0.999f);
}

TEST_CASE_TEMPLATE("color: the lightness and the grey levels of pictures equal the definitions", Sample,
                   uint8_t, uint16_t) {
  for (int64_t channels : {1, 2, 3, 4})
    for (int64_t size : {1, 9, 1025, 5003}) {
      CAPTURE(channels);
      CAPTURE(size);
      const auto picture = random_samples<Sample>(size * channels);
      auto lightness = poisoned<float>(size), expected = poisoned<float>(size);
      picture_lightness(Cpu{}, size, channels, picture.data(), 50, lightness.data());
      picture_lightness(Reference{}, size, channels, picture.data(), 50, expected.data());
      CHECK(relative_error(lightness, expected) < 5e-6);
      for (float& value : lightness) value += 50;
      auto levels = poisoned<float>(size), expected_levels = poisoned<float>(size);
      grey_levels(Cpu{}, size, lightness.data(), levels.data());
      grey_levels(Reference{}, size, lightness.data(), expected_levels.data());
      CHECK(relative_error(levels, expected_levels) < 2e-5);
      if (channels > 2) continue;
      for (size_t i = 0; i < levels.size(); ++i)  // a grey picture's own samples
        CHECK(std::abs(levels[i] - 255 * float(picture[i * size_t(channels)]) / kMostSample<Sample>) < 1e-2f);
    }
}
