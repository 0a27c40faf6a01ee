// Pictures to test with, and what of them must not change.
#pragma once
#include <algorithm>
#include <cmath>

#include "data/color.h"
#include "data/image.h"
#include "data/samples.h"
#include "tests/support/compare.h"

namespace huegrad::test {

inline Image noise(int64_t width, int64_t height, int64_t channels = 3, int bit_depth = 8) {
  Image image = Image::make(width, height, channels, bit_depth);
  const auto values = random_values<double>(image.sample_count(), 3, 0, 1);
  for (size_t i = 0; i < values.size(); ++i) {
    if (bit_depth == 16)
      image.samples16[i] = uint16_t(values[i] * 65535);
    else
      image.samples8[i] = uint8_t(values[i] * 255);
  }
  return image;
}

// Largest difference of samples, in levels of the pictures' own depth; a billion if they do not fit together.
inline int largest_step(const Image& a, const Image& b) {
  if (a.width != b.width || a.channels != b.channels || a.sample_count() != b.sample_count() ||
      a.bit_depth != b.bit_depth)
    return 1000000000;
  const auto largest = [](const auto& x, const auto& y) {
    int step = 0;
    for (size_t i = 0; i < x.size(); ++i) step = std::max(step, std::abs(int(x[i]) - int(y[i])));
    return step;
  };
  return with_samples(largest, a, b);
}
// What two devices may differ by: a rounding of 8 bits; in 16 bits, a quarter of an 8-bit level.
inline int sample_tolerance(int bit_depth) { return bit_depth == 8 ? 1 : 64; }

// Largest difference of lightness, in 8-bit levels.
inline double worst_grey_step(const Image& a, const Image& b) {
  const std::vector<float> la = grey_levels(lightness(a)), lb = grey_levels(lightness(b));
  double worst = 0;
  for (size_t i = 0; i < la.size(); ++i) worst = std::max(worst, std::abs(double(la[i]) - double(lb[i])));
  return worst;
}

}  // namespace huegrad::test
