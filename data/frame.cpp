#include "data/frame.h"

#include <algorithm>

#include "kernels/output_grid.h"

namespace huegrad {

Frame whole_frame(int64_t width, int64_t height) {
  return {.x = 0, .y = 0, .width = width, .height = height};
}

Frame central_frame(int64_t width, int64_t height) {
  const int64_t side = std::min(width, height);
  return {.x = (width - side) / 2, .y = (height - side) / 2, .width = side, .height = side};
}

Frame random_frame(int64_t width, int64_t height, int64_t side, double contrast_jitter,
                   double lightness_jitter, Generator& random) {
  const int64_t largest = std::min(width, height), smallest = std::min(side, largest);
  Frame frame{};
  frame.width = frame.height = smallest + random.below(largest - smallest + 1);
  frame.x = random.below(width - frame.width + 1);
  frame.y = random.below(height - frame.height + 1);
  frame.mirror = random.below(2) == 1;
  frame.contrast = 1 + random.uniform(-contrast_jitter, contrast_jitter);
  frame.brightness = random.uniform(-lightness_jitter, lightness_jitter);
  return frame;
}

void copy_frame(std::span<const uint8_t> samples, int64_t row_width, int64_t channels, const Frame& frame,
                uint8_t* copy) {
  for (int64_t y = frame.y; y < frame.y + frame.height; ++y)
    copy = std::copy_n(&samples[size_t((y * row_width + frame.x) * channels)], frame.width * channels, copy);
}

void sample_labels(const PackPicture& picture, const Frame& frame, int64_t side, uint8_t* labels) {
  const int64_t cells = side / kGridStride;
  if (picture.labels.empty()) {
    std::fill_n(labels, cells * cells, uint8_t(kIgnoreLabel));
    return;
  }
  for (int64_t i = 0; i < cells; ++i)
    for (int64_t j = 0; j < cells; ++j) {
      const int64_t v = kGridStride * i + kGridOffset, column = kGridStride * j + kGridOffset;
      const int64_t u = frame.mirror ? side - 1 - column : column;
      // The source pixel under the centre of pixel (v, u): floor((v + 1/2) height / side).
      const int64_t y = frame.y + (2 * v + 1) * frame.height / (2 * side);
      const int64_t x = frame.x + (2 * u + 1) * frame.width / (2 * side);
      labels[i * cells + j] = picture.labels[size_t(y * picture.width + x)];
    }
}

}  // namespace huegrad
