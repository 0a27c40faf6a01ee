// Batches of pictures as bytes: photographs' sizes, odd ones, one pixel, strips; mirrored or not; grey or
// not.
#pragma once
#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/picture_bytes.h"
#include "tests/support/compare.h"

namespace huegrad::test {

struct PictureBytesCase {
  PictureBytes shape;
  std::vector<uint8_t> bytes;

  const PictureFrame* frames() const { return reinterpret_cast<const PictureFrame*>(bytes.data()); }
};

inline PictureBytesCase picture_bytes_case(int64_t side,
                                           const std::vector<std::pair<int32_t, int32_t>>& extents) {
  PictureBytesCase c{{int64_t(extents.size()), side, 0}, {}};
  c.bytes.resize(size_t(c.shape.pixels_offset()));
  for (int64_t i = 0; i < c.shape.grid_size(); ++i)
    c.bytes[size_t(c.shape.labels_offset() + i)] = uint8_t(i % 7 == 0 ? 255 : i % 21);
  for (size_t n = 0; n < extents.size(); ++n) {
    const auto [height, width] = extents[n];
    const PictureFrame frame = {.pixels = int64_t(c.bytes.size()),
                                .height = height,
                                .width = width,
                                .mirror = n % 2 == 1,
                                .contrast = 1 + 0.1f * float(n % 3),
                                .brightness = 4 * float(n % 4) - 5,
                                .label_weight = 0.25f * float(n + 1)};
    std::memcpy(c.bytes.data() + n * sizeof(frame), &frame, sizeof(frame));
    c.shape.longest = std::max<int64_t>({c.shape.longest, height, width});
    const auto samples = random_values<double>(int64_t(height) * width * 3, n + 1, 0, 256);
    for (size_t i = 0; i < samples.size(); ++i)  // every third picture is grey
      c.bytes.push_back(uint8_t(samples[n % 3 == 2 ? i / 3 * 3 : i]));
  }
  return c;
}

inline std::vector<PictureBytesCase> picture_bytes_cases() {
  return {picture_bytes_case(24, {{37, 37}, {24, 24}, {61, 61}, {9, 9}, {1, 1}}),
          picture_bytes_case(8, {{75, 50}, {3, 90}, {8, 8}, {16, 5}}), picture_bytes_case(44, {{131, 90}})};
}

// Largest difference of two 8-bit values, and the share of values that differ.
struct LevelDifference {
  int largest = 0;
  double differing = 0;

  LevelDifference(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
    for (size_t i = 0; i < a.size(); ++i) {
      largest = std::max(largest, std::abs(int(a[i]) - int(b[i])));
      differing += a[i] != b[i];
    }
    differing /= double(a.size());
  }
};

}  // namespace huegrad::test
