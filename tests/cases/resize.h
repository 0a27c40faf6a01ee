// Shapes of resize: up, down and both, odd extents, one pixel, the factors of a photograph and its thumbnail.
#pragma once
#include <cstdint>
#include <type_traits>
#include <vector>

#include "kernels/resize.h"
#include "tests/support/compare.h"

namespace huegrad::test {

inline std::vector<ResizeShape> resize_cases() {
  std::vector<ResizeShape> cases;
  for (ResizeFilter filter : {ResizeFilter::triangle, ResizeFilter::cubic})
    for (ResizeShape s : std::vector<ResizeShape>{
             {.height = 37, .width = 51, .new_height = 24, .new_width = 24, .channels = 3},
             {.height = 9, .width = 13, .new_height = 50, .new_width = 31, .channels = 2},
             {.height = 64, .width = 5, .new_height = 7, .new_width = 40, .channels = 1},
             {.height = 301, .width = 222, .new_height = 11, .new_width = 8, .channels = 4},
             {.height = 1, .width = 1, .new_height = 6, .new_width = 5, .channels = 3},
             {.height = 40, .width = 33, .new_height = 1, .new_width = 1, .channels = 5},
             {.height = 17, .width = 19, .new_height = 17, .new_width = 19, .channels = 1}}) {
      s.filter = filter;
      cases.push_back(s);
    }
  return cases;
}

// Values over the whole range of a type's samples; floats in -1..1.
template <class Sample>
std::vector<Sample> random_samples(int64_t size, uint64_t seed) {
  if constexpr (std::is_floating_point_v<Sample>) return random_values<Sample>(size, seed);
  const auto values = random_values<double>(size, seed, 0, double(std::numeric_limits<Sample>::max()) + 1);
  return {values.begin(), values.end()};
}

// How far samples may be from the definition's: one level where sums lie between two of them, and for floats
// the roundings of a few hundred additions.
template <class Sample>
constexpr double kResizeError = std::is_floating_point_v<Sample> ? 2e-6 : 1;

template <class Sample>
double largest_difference(const std::vector<Sample>& actual, const std::vector<Sample>& expected) {
  double worst = 0;
  for (size_t i = 0; i < actual.size(); ++i) {
    const double error = std::abs(double(actual[i]) - double(expected[i]));
    worst = error <= worst ? worst : error;  // NaN too
  }
  return worst;
}

// Share of the values that differ at all.
template <class Sample>
double differing(const std::vector<Sample>& actual, const std::vector<Sample>& expected) {
  double count = 0;
  for (size_t i = 0; i < actual.size(); ++i) count += actual[i] != expected[i];
  return count / double(actual.size());
}

}  // namespace huegrad::test
