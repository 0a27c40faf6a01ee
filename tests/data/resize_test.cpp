#include "data/resize.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("resize: the same size is the same image, a constant stays constant") {
  const auto x = random_values<float>(7 * 9 * 3, 1);
  for (auto filter : {ResizeFilter::triangle, ResizeFilter::cubic}) {
    CHECK(relative_error(resize(x, 7, 9, 3, 7, 9, filter), x) < 1e-6);
    for (int64_t size : {1, 3, 8, 50})
      for (const float value : resize(std::vector<float>(12 * 10, 5), 12, 10, 1, size, size + 1, filter))
        CHECK(value == doctest::Approx(5));
  }
}

TEST_CASE("resize: triangle weights by hand") {
  // Half the size: output i sits between inputs 2i and 2i+1, weights 1 3 3 1 of 8, cut at the border.
  const std::vector<float> x = {8, 16, 0, 24, 8, 0};
  const auto half = resize(x, 1, 6, 1, 1, 3);
  CHECK(half[0] == doctest::Approx((3 * 8 + 3 * 16 + 0) / 7.0));
  CHECK(half[1] == doctest::Approx((16 + 3 * 0 + 3 * 24 + 8) / 8.0));
  // Double the size: weights 3/4 and 1/4.
  const auto twice = resize(x, 6, 1, 1, 12, 1);
  CHECK(twice[0] == doctest::Approx(8));
  CHECK(twice[1] == doctest::Approx(10));
  CHECK(twice[2] == doctest::Approx(14));
}

TEST_CASE("resize: shrinking averages fine patterns instead of sampling them") {
  std::vector<float> board(64 * 64);
  for (size_t i = 0; i < board.size(); ++i) board[i] = float((i / 64 + i) % 2);
  for (auto filter : {ResizeFilter::triangle, ResizeFilter::cubic}) {
    const auto small = resize(board, 64, 64, 1, 9, 9, filter);
    CHECK(std::ranges::min(small) > 0.45f);
    CHECK(std::ranges::max(small) < 0.55f);
  }
}

TEST_CASE("resize: channels do not mix, rows and columns are not swapped") {
  std::vector<float> x;
  for (int64_t row = 0; row < 20; ++row)
    for (int64_t column = 0; column < 30; ++column) x.insert(x.end(), {float(row), float(column)});
  const auto y = resize(x, 20, 30, 2, 10, 60);
  CHECK(y[(5 * 60 + 30) * 2] == doctest::Approx(10.5));
  CHECK(y[(5 * 60 + 30) * 2 + 1] == doctest::Approx(14.75));
}

TEST_CASE("resize: images keep depth and channels; cubic overshoot is clamped") {
  Image step = Image::make(16, 2, 1);
  for (size_t i = 0; i < 32; ++i) step.samples8[i] = i % 16 < 8 ? 0 : 255;
  const Image large = resize(step, 64, 8, ResizeFilter::cubic);
  CHECK(large.samples8[0] == 0);
  CHECK(large.samples8[63] == 255);
  CHECK(std::is_sorted(large.samples8.begin(), large.samples8.begin() + 64));
  Image wide = Image::make(4, 4, 4, 16);
  std::ranges::fill(wide.samples16, uint16_t(65535));
  const Image small = resize(wide, 3, 2);
  CHECK((small.bit_depth == 16 && small.channels == 4 && small.width == 3 && small.height == 2));
  CHECK(std::ranges::all_of(small.samples16, [](uint16_t v) { return v == 65535; }));
}

TEST_CASE("resize: labels take the nearest, never a mixture") {
  const LabelMap map{.width = 2, .height = 2, .labels = {1, 255, 7, 20}};
  CHECK(resize_nearest(map, 4, 2).labels == std::vector<uint8_t>{1, 1, 255, 255, 7, 7, 20, 20});
  CHECK(resize_nearest(resize_nearest(map, 6, 10), 2, 2) == map);
}
