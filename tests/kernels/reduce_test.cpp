#include "kernels/reduce.h"

#include <doctest/doctest.h>

#include "kernels/parallel.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("reduce: sums equal the definition on every size") {
  for (int64_t size : {0, 1, 7, 16, 1000, 100003}) {
    CAPTURE(size);
    const auto x = random_values<float>(size, 1);
    float fast = NAN, expected = NAN;
    sum(Cpu{}, size, x.data(), &fast);
    sum(Reference{}, size, x.data(), &expected);
    CHECK(fast == doctest::Approx(expected).epsilon(1e-6));
    sum_squares(Cpu{}, size, x.data(), &fast);
    sum_squares(Reference{}, size, x.data(), &expected);
    CHECK(fast == doctest::Approx(expected).epsilon(1e-6));
  }
}

TEST_CASE("reduce: small terms are not lost beside a large one") {
  std::vector<float> x(100001, 1e-2f);
  x[50000] = 1e8f;
  float total = NAN;
  sum(Cpu{}, int64_t(x.size()), x.data(), &total);
  CHECK(total == 1e8f + 1e3f);
}

TEST_CASE("reduce: sums do not depend on the number of threads") {
  const auto x = random_values<float>(300007, 1);
  const int threads = thread_count();
  float one = NAN, three = NAN;
  set_thread_count(1);
  sum(Cpu{}, int64_t(x.size()), x.data(), &one);
  set_thread_count(3);
  sum(Cpu{}, int64_t(x.size()), x.data(), &three);
  set_thread_count(threads);
  CHECK(one == three);
}

TEST_CASE("reduce: rows are summed per channel") {
  for (auto [rows, channels] : {std::pair{1, 1}, {5, 3}, {100, 313}, {70000, 2}, {3001, 64}}) {
    CAPTURE(rows);
    CAPTURE(channels);
    const auto x = random_values<float>(rows * channels, 1);
    auto y = poisoned<float>(channels), expected = poisoned<float>(channels);
    sum_rows(Cpu{}, rows, channels, x.data(), y.data());
    sum_rows(Reference{}, rows, channels, x.data(), expected.data());
    CHECK(relative_error(y, expected) < 1e-6);
  }
}

TEST_CASE("reduce: argmax takes the lowest index of a tie") {
  for (int64_t channels : {1, 2, 7, 8, 21, 313}) {
    CAPTURE(channels);
    const int64_t rows = 500;
    auto x = random_values<float>(rows * channels, 1);
    for (float& value : x) value = float(int(value * 4));  // few distinct values: ties in almost every row
    std::vector<int32_t> index(rows, -1), expected(rows, -1);
    argmax_channels(Cpu{}, rows, channels, x.data(), index.data());
    argmax_channels(Reference{}, rows, channels, x.data(), expected.data());
    CHECK(index == expected);
  }
}
