#include "data/ab_bins.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <numeric>

#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

// All bins in order of distance; the lower index first in a tie.
std::vector<int> by_distance(const AbBins& bins, float a, float b) {
  std::vector<int> order(size_t(bins.count()));
  std::iota(order.begin(), order.end(), 0);
  const auto distance2 = [&](int i) {
    const float da = a - bins.centers()[size_t(2 * i)], db = b - bins.centers()[size_t(2 * i + 1)];
    return da * da + db * db;
  };
  std::ranges::stable_sort(order, {}, distance2);
  return order;
}

}  // namespace

TEST_CASE("ab_bins: the generated list is that of the published model, in its order") {
  std::ifstream file(HUEGRAD_SOURCE_DIR "/tests/data/ab_bins_313.txt");
  std::vector<float> expected;
  for (float value; file >> value;) expected.push_back(value);
  REQUIRE(expected.size() == 2 * 313);
  const auto centers = AbBins::zhang313().centers();
  CHECK(std::vector<float>(centers.begin(), centers.end()) == expected);
  CHECK(AbBins::zhang313().nearest(0, 0) == 120);
}

TEST_CASE("ab_bins: look-up equals brute force, inside, on ties and far outside") {
  const AbBins& bins = AbBins::zhang313();
  auto colors = random_values<float>(4000, 1, -135, 135);
  for (float a : {-120.f, -115.f, -5.f, 0.f, 5.f, 15.f, 119.99f, 120.f, 1e6f})
    for (float b : {-120.f, 0.f, 5.f, 35.f, 1000.f}) colors.insert(colors.end(), {a, b});
  for (int neighbours : {1, 5, 10, AbBins::kMaxNeighbours}) {
    const size_t size = colors.size() / 2;
    std::vector<int32_t> index(size * size_t(neighbours), -1);
    auto weight = poisoned<float>(int64_t(index.size()));
    bins.soft_encode(colors, neighbours, 5, index.data(), weight.data());
    for (size_t i = 0; i < size; ++i) {
      CAPTURE(colors[2 * i]);
      CAPTURE(colors[2 * i + 1]);
      const auto order = by_distance(bins, colors[2 * i], colors[2 * i + 1]);
      REQUIRE(std::equal(order.begin(), order.begin() + neighbours, index.begin() + int64_t(i) * neighbours));
      REQUIRE(bins.nearest(colors[2 * i], colors[2 * i + 1]) == order[0]);
      const auto* w = weight.data() + i * size_t(neighbours);
      REQUIRE(std::accumulate(w, w + neighbours, 0.0) == doctest::Approx(1));
      REQUIRE(std::is_sorted(w, w + neighbours, std::greater<>()));
    }
  }
}

TEST_CASE("ab_bins: soft encoding of (3, 4) over five neighbours") {
  const AbBins& bins = AbBins::zhang313();
  const std::vector<float> ab = {3, 4}, expected = {.4062f, .2723f, .1825f, .1224f, .0166f};
  std::vector<int32_t> index(5);
  std::vector<float> weight(5);
  bins.soft_encode(ab, 5, 5, index.data(), weight.data());
  const std::vector<int32_t> nearest = {bins.nearest(0, 0), bins.nearest(0, 10), bins.nearest(10, 0),
                                        bins.nearest(10, 10), bins.nearest(-10, 0)};
  CHECK(index == nearest);
  for (int k = 0; k < 5; ++k) CHECK(std::abs(weight[k] - expected[k]) < 6e-5);
}
