// Shapes of colorize_pixels, pictures for it, and the measure of its results.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "kernels/colorize_pixels.h"
#include "tests/support/compare.h"

namespace huegrad::test {

// Pictures with every number of channels, sizes that do and do not divide.
inline std::vector<ColorizePixelsShape> colorize_pixels_cases() {
  std::vector<ColorizePixelsShape> result;
  for (int64_t channels : {1, 2, 3, 4})
    result.push_back(
        {{.low_height = 7, .low_width = 9, .high_height = 21 + channels, .high_width = 37}, channels});
  result.push_back({{.low_height = 9, .low_width = 12, .high_height = 36, .high_width = 48, .radius = 2}, 3});
  return result;
}

inline std::vector<uint8_t> random_bytes(int64_t size) {
  const auto values = random_values<float>(size, 1, 0, 256);
  return {values.begin(), values.end()};
}

inline int largest_step(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  int largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(int(a[i]) - int(b[i])));
  return largest;
}

}  // namespace huegrad::test
