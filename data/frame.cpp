#include "data/frame.h"

#include <algorithm>

#include "data/color_grid.h"
#include "data/resize.h"

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

Image framed_image(const PackPicture& picture, const Frame& frame, int64_t side) {
  Image image = Image::make(frame.width, frame.height, 3);
  for (int64_t y = 0; y < frame.height; ++y)
    std::copy_n(&picture.pixels[size_t(((frame.y + y) * picture.width + frame.x) * 3)], frame.width * 3,
                &image.samples8[size_t(y * frame.width * 3)]);
  if (frame.width != side || frame.height != side) image = resize(image, side, side);
  if (frame.mirror)
    for (int64_t y = 0; y < side; ++y) {
      uint8_t* row = &image.samples8[size_t(y * side * 3)];
      for (int64_t left = 0, right = side - 1; left < right; ++left, --right)
        std::swap_ranges(row + left * 3, row + left * 3 + 3, row + right * 3);
    }
  return image;
}

std::vector<int32_t> framed_labels(const PackPicture& picture, const Frame& frame, int64_t side) {
  const int64_t cells = side / kGridStride;
  std::vector<int32_t> labels(size_t(cells * cells), kIgnoreLabel);
  if (picture.labels.empty()) return labels;
  for (int64_t i = 0; i < cells; ++i)
    for (int64_t j = 0; j < cells; ++j) {
      const int64_t v = kGridStride * i + kGridOffset, column = kGridStride * j + kGridOffset;
      const int64_t u = frame.mirror ? side - 1 - column : column;
      // The source pixel under the centre of pixel (v, u): floor((v + 1/2) height / side).
      const int64_t y = frame.y + (2 * v + 1) * frame.height / (2 * side);
      const int64_t x = frame.x + (2 * u + 1) * frame.width / (2 * side);
      labels[size_t(i * cells + j)] = picture.labels[size_t(y * picture.width + x)];
    }
  return labels;
}

}  // namespace huegrad
