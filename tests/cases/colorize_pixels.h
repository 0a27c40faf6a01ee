// Shapes of colorize_pixels, distributions and pictures for it, and the measure of its results.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "kernels/colorize_pixels.h"
#include "tests/support/compare.h"

namespace huegrad::test {

// Pictures with every number of channels in both modes, sizes that do and do not divide.
inline std::vector<ColorizePixelsShape> colorize_pixels_cases() {
  std::vector<ColorizePixelsShape> result;
  for (int64_t channels : {1, 2, 3, 4})
    for (bool joint_bilateral : {true, false})
      result.push_back({{.low_height = 7, .low_width = 9, .high_height = 21 + channels, .high_width = 37},
                        channels,
                        joint_bilateral,
                        9 * channels,
                        0.5});
  result.push_back({{.low_height = 9, .low_width = 12, .high_height = 36, .high_width = 48, .radius = 2}, 3});
  return result;
}

inline std::vector<float> random_logits(const ColorizePixelsShape& s) {
  return random_values<float>(s.decoding().rows * s.bins, 2, -4, 4);
}
inline std::vector<float> random_centers(const ColorizePixelsShape& s) {
  return random_values<float>(2 * s.bins, 3, -90, 90);
}

template <class Sample>
std::vector<Sample> random_samples(int64_t size) {
  const auto values = random_values<double>(size, 1, 0, double(kMostSample<Sample>) + 1);
  return {values.begin(), values.end()};
}

// Levels by which samples may differ: a rounding of 8 bits; in 16 bits, an eighth of an 8-bit level.
template <class Sample>
constexpr int kSampleTolerance = sizeof(Sample) == 1 ? 1 : 32;

template <class Sample>
int largest_step(const std::vector<Sample>& a, const std::vector<Sample>& b) {
  int largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(int(a[i]) - int(b[i])));
  return largest;
}

}  // namespace huegrad::test
