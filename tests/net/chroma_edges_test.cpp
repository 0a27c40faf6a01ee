#include "net/chroma_edges.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.h"
#include "tests/support/compare.h"

using namespace huegrad;

namespace {

constexpr int64_t kSide = 24;

// ab (side, side, 2) of a function of (y, x) that gives a; b = -2 a.
template <class F>
std::vector<float> colors(const F& f) {
  std::vector<float> ab;
  for (int64_t y = 0; y < kSide; ++y)
    for (int64_t x = 0; x < kSide; ++x) ab.insert(ab.end(), {float(f(y, x)), float(-2 * f(y, x))});
  return ab;
}

template <class F>
LabelMap labels(const F& f) {
  LabelMap map{kSide, kSide, {}};
  for (int64_t y = 0; y < kSide; ++y)
    for (int64_t x = 0; x < kSide; ++x) map.labels.push_back(uint8_t(f(y, x)));
  return map;
}

// A step of height 10 at column 12 that takes 2 * reach pixels to rise.
double ramp(int64_t x, double reach) {
  const double place = double(x) + 0.5 - 12;
  return reach == 0 ? (place > 0 ? 10 : 0) : 10 * std::clamp((place + reach) / (2 * reach), 0.0, 1.0);
}

double alignment(const std::vector<float>& ab, const std::vector<float>& lightness) {
  return edge_alignment(ab, lightness, kSide, kSide);
}

}  // namespace

TEST_CASE("edge alignment: 1 for colours that follow the lightness, whatever their saturation") {
  const auto lightness = test::random_values<float>(kSide * kSide, 3, 0, 100);
  const auto color = [&](double factor) {
    return colors([&](int64_t y, int64_t x) { return factor * lightness[size_t(y * kSide + x)] - 20; });
  };
  CHECK(alignment(color(0.3), lightness) == doctest::Approx(1));
  CHECK(alignment(color(-2), lightness) == doctest::Approx(1));
}

TEST_CASE("edge alignment: saturation changes nothing, chance gives about 0, and no edges no figure") {
  const auto lightness = test::random_values<float>(kSide * kSide, 3, 0, 100);
  auto ab = test::random_values<float>(2 * kSide * kSide, 4, -50, 50);
  const double chance = alignment(ab, lightness);
  CHECK(std::abs(chance) < 0.15);  // 484 gradients, neighbours alike
  for (float& value : ab) value *= 3;
  CHECK(alignment(ab, lightness) == doctest::Approx(chance));
  CHECK(std::isnan(alignment(std::vector<float>(ab.size(), 7), lightness)));
  CHECK(std::isnan(alignment(ab, std::vector<float>(lightness.size(), 50))));
  CHECK(std::isnan(edge_alignment(std::vector<float>(8, 1), std::vector<float>(4, 1), 2, 2)));
  CHECK_THROWS_AS(edge_alignment(ab, lightness, kSide, kSide - 1), Error);
}

TEST_CASE("edge alignment: a blurred edge, and one in another place, lose") {
  std::vector<float> lightness;
  for (int64_t i = 0; i < kSide * kSide; ++i) lightness.push_back(float(ramp(i % kSide, 0)));
  const auto blurred = [&](double reach) {
    return alignment(colors([&](int64_t, int64_t x) { return ramp(x, reach); }), lightness);
  };
  CHECK(blurred(0) == doctest::Approx(1));
  CHECK(blurred(1) < 0.99);
  CHECK(blurred(2) < blurred(1));
  CHECK(blurred(4) < blurred(2));
  CHECK(blurred(4) > 0);
  // Sobel sees a step in 2 of 22 columns. Two steps apart: means of m each, no product, r = -m^2 / (m - m^2).
  const double m = 2 / 22.0;
  CHECK(alignment(colors([](int64_t, int64_t x) { return x >= 5 ? 10 : 0; }), lightness) ==
        doctest::Approx(-m / (1 - m)));
}

TEST_CASE("kept contrast: all of a sharp step, none of a flat one, the slope's share of a blurred one") {
  const LabelMap halves = labels([](int64_t, int64_t x) { return x < 12 ? 1 : 2; });
  const auto kept = [&](double reach) {
    return kept_contrast(colors([&](int64_t, int64_t x) { return ramp(x, reach); }), halves);
  };
  CHECK(kept(0).value() == doctest::Approx(1));
  CHECK(kept(0).below == doctest::Approx(kSide * 10 * std::sqrt(5.0)));  // one boundary in each row
  // The two pixels beside the boundary are 1 apart on a slope of 10 / (2 reach); 6 further on it has ended.
  CHECK(kept(4).value() == doctest::Approx(1 / 8.0));
  CHECK(std::isnan(kept_contrast(colors([](int64_t, int64_t) { return 5; }), halves).value()));
}

TEST_CASE("kept contrast: rows and columns count alike, and boundaries run in the middle of 255") {
  const auto ab = colors([](int64_t y, int64_t) { return ramp(y, 4); });
  for (const int64_t run : {0, 2, 8}) {
    CAPTURE(run);
    const LabelMap map = labels([&](int64_t y, int64_t) {
      return y < 12 - run / 2 ? 1 : y < 12 + run / 2 ? 255 : 2;
    });
    // The pixels beside the run are run + 1 apart, on a slope of 8.
    CHECK(kept_contrast(ab, map).value() == doctest::Approx(std::min(1.0, double(run + 1) / 8)));
  }
}

TEST_CASE("kept contrast: what is no clear boundary does not count") {
  const auto ab = colors([](int64_t, int64_t x) { return x >= 12 ? 10 : 0; });
  const auto counted = [&](const auto& f) { return kept_contrast(ab, labels(f)).below > 0; };
  CHECK(counted([](int64_t, int64_t x) { return x < 12 ? 0 : 1; }));  // the background is a class
  // A run that is too long, one class on both sides, a side that is too thin, nothing labelled.
  CHECK_FALSE(counted([](int64_t, int64_t x) { return x < 7 ? 0 : x < 16 ? 255 : 1; }));
  CHECK(counted([](int64_t, int64_t x) { return x < 8 ? 0 : x < 16 ? 255 : 1; }));
  CHECK_FALSE(counted([](int64_t, int64_t x) { return x > 10 && x < 13 ? 255 : 4; }));
  CHECK_FALSE(counted([](int64_t, int64_t x) { return x < 12 ? 0 : x < 18 ? 1 : 2; }));
  CHECK_FALSE(counted([](int64_t, int64_t) { return 255; }));
  CHECK_THROWS_AS(kept_contrast(ab, LabelMap{2, 2, {0, 0, 0, 0}}), Error);
}
