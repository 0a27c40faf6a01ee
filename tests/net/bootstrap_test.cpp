#include "net/bootstrap.h"

#include <doctest/doctest.h>

#include <cmath>

#include "net/metrics.h"
#include "tests/support/compare.h"
#include "tests/support/threads.h"

using namespace huegrad;

namespace {

struct Pair {
  Ratio a = {}, b = {};
  Pair& operator+=(const Pair& other) {
    a += other.a;
    b += other.b;
    return *this;
  }
};

std::vector<double> figures_of(const Pair& sums) { return {sums.a.value(), sums.b.value()}; }

// Two noisy measurements of each picture that differ by 1 and a little noise.
std::vector<Pair> measurements(int64_t count) {
  const auto values = test::random_values<double>(count, 1, 0, 10),
             noise = test::random_values<double>(count, 2);
  std::vector<Pair> pairs;
  for (size_t i = 0; i < values.size(); ++i)
    pairs.push_back({in_mean(values[i]), in_mean(values[i] + 1 + 0.1 * noise[i])});
  return pairs;
}

}  // namespace

TEST_CASE("bootstrap: the interval of a mean is that of normal theory") {
  constexpr int64_t kCount = 400;
  const auto figures = bootstrap(measurements(kCount), figures_of, {.resamples = 4000, .seed = 5});
  const Interval interval = figures[0].interval();
  const double standard_error = 10 / std::sqrt(12.0) / std::sqrt(double(kCount));  // of uniform values
  CHECK(figures[0].value == doctest::Approx(5).epsilon(0.1));
  CHECK((interval.low + interval.high) / 2 == doctest::Approx(figures[0].value).epsilon(0.01));
  CHECK(interval.high - interval.low == doctest::Approx(2 * 1.96 * standard_error).epsilon(0.08));
}

TEST_CASE("bootstrap: a difference is paired, so pictures that vary alike cancel") {
  const auto figures = bootstrap(measurements(100), figures_of, {});
  const Resampled difference = figures[1] - figures[0];
  const Interval interval = difference.interval(), alone = figures[0].interval();
  CHECK(difference.value == doctest::Approx(1).epsilon(0.05));
  CHECK(interval.low < difference.value);
  CHECK(difference.value < interval.high);
  CHECK(interval.high - interval.low < 0.1 * (alone.high - alone.low));
}

TEST_CASE("bootstrap: the same for any number of threads, another for another seed") {
  const std::vector<Pair> pairs = measurements(50);
  std::vector<double> expected;
  for (const int threads : {1, 3}) {
    const test::Threads choice(threads);
    const auto figures = bootstrap(pairs, figures_of, {.resamples = 100, .seed = 9});
    REQUIRE(figures[0].resamples.size() == 100);
    if (expected.empty()) expected = figures[0].resamples;
    CHECK(figures[0].resamples == expected);
  }
  CHECK(bootstrap(pairs, figures_of, {.resamples = 100, .seed = 10})[0].resamples != expected);
}

TEST_CASE("bootstrap: resamples without a figure do not count, and one picture has no spread") {
  // One of two pictures has no value: a quarter of the resamples are of that one alone.
  const std::vector<Pair> pairs = {{in_mean(3), {}}, {Ratio{}, {}}};
  const auto figures = bootstrap(pairs, figures_of, {});
  CHECK(figures[0].interval().low == 3);
  CHECK(figures[0].interval().high == 3);
  CHECK(std::isnan(figures[1].value));
  CHECK(std::isnan(figures[1].interval().low));
}
