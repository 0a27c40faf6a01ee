// Shapes of upsample_labels, and the measure of its results.
#pragma once
#include <algorithm>
#include <vector>

#include "kernels/upsample_labels.h"
#include "tests/support/compare.h"

namespace huegrad::test {

// Factors whole and fractional, up and down, one pixel; few classes, as many as COCO-stuff has, the most.
inline std::vector<UpsampleShape> upsample_labels_cases() {
  return {
      {.batch = 1, .in_height = 7, .in_width = 9, .out_height = 28, .out_width = 36, .channels = 21},
      {.batch = 2, .in_height = 5, .in_width = 6, .out_height = 33, .out_width = 17, .channels = 183},
      {.batch = 1, .in_height = 10, .in_width = 7, .out_height = 4, .out_width = 3, .channels = 5},
      {.batch = 3, .in_height = 1, .in_width = 1, .out_height = 6, .out_width = 5, .channels = 256},
      {.batch = 1, .in_height = 4, .in_width = 3, .out_height = 1, .out_width = 1, .channels = 1},
  };
}

// By how much the interpolated logit of a label falls short of the largest, at most: rounding decides between
// classes that are all but equal.
inline double worst_shortfall(const UpsampleShape& s, const std::vector<float>& logits,
                              const std::vector<uint8_t>& labels) {
  std::vector<double> upsampled(size_t(s.output_size()));
  const std::vector<double> exact(logits.begin(), logits.end());
  upsample_forward(Reference{}, s, exact.data(), upsampled.data());
  double worst = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= s.channels) return std::numeric_limits<double>::infinity();
    const auto first = upsampled.begin() + int64_t(i) * s.channels;
    worst = std::max(worst, *std::max_element(first, first + s.channels) - first[labels[i]]);
  }
  return worst;
}

}  // namespace huegrad::test
