#include "kernels/resize.h"

#include <doctest/doctest.h>

#include "tests/cases/resize.h"
#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("resize: the fast kernel equals the definition", Sample, uint8_t, uint16_t, float) {
  for (const ResizeShape& s : resize_cases()) {
    CAPTURE(s.height);
    CAPTURE(s.new_height);
    const auto x = random_samples<Sample>(s.input_size(), 1);
    std::vector<Sample> y(size_t(s.output_size()), Sample(-1)), expected = y;
    resize(Reference{}, s, x.data(), expected.data());
    for (int threads : {1, 3}) {
      const Threads choice(threads);
      std::ranges::fill(y, std::numeric_limits<Sample>::quiet_NaN());
      resize(Cpu{}, s, x.data(), y.data());
      CHECK(largest_difference(y, expected) <= kResizeError<Sample>);
      // Sums of hundreds of 16-bit samples lie within their own rounding of half a level once in fifty times.
      if (!std::is_floating_point_v<Sample>)
        CHECK(differing(y, expected) < (sizeof(Sample) == 2 ? 0.02 : 0.01));
    }
  }
}

TEST_CASE_TEMPLATE("resize: a step keeps its ends, and only the cubic filter overshoots", Backend, Reference,
                   Cpu) {
  std::vector<float> step(16, 0.0f), y(64);
  std::fill(step.begin() + 8, step.end(), 1.0f);
  for (ResizeFilter filter : {ResizeFilter::triangle, ResizeFilter::cubic}) {
    resize(Backend{}, {.height = 1, .width = 16, .new_height = 1, .new_width = 64, .filter = filter},
           step.data(), y.data());
    CHECK(y.front() == 0);
    CHECK(y.back() == doctest::Approx(1));
    const bool overshoots = *std::ranges::max_element(y) > 1.01f && *std::ranges::min_element(y) < -0.01f;
    CHECK(overshoots == (filter == ResizeFilter::cubic));
  }
}

TEST_CASE("resize: the definition is the same in float and double") {
  for (const ResizeShape& s : resize_cases()) {
    const auto x = random_values<double>(s.input_size(), 1);
    const std::vector<float> narrow(x.begin(), x.end());
    std::vector<double> y(size_t(s.output_size()));
    auto narrow_y = poisoned<float>(s.output_size());
    resize(Reference{}, s, x.data(), y.data());
    resize(Reference{}, s, narrow.data(), narrow_y.data());
    CHECK(relative_error(narrow_y, y) < 1e-6);
  }
}
