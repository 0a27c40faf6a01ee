#include "data/resize.h"

namespace huegrad {

std::vector<float> resize(std::span<const float> x, int64_t height, int64_t width, int64_t channels,
                          int64_t new_height, int64_t new_width, ResizeFilter filter) {
  const ResizeShape shape = {height, width, new_height, new_width, channels, filter};
  std::vector<float> y(size_t(shape.output_size()));
  resize(Cpu{}, shape, x.data(), y.data());
  return y;
}

Image resize(const Image& image, int64_t new_width, int64_t new_height, ResizeFilter filter) {
  const ResizeShape shape = {image.height, image.width, new_height, new_width, image.channels, filter};
  Image result = Image::make(new_width, new_height, image.channels, image.bit_depth);
  if (image.bit_depth == 16)
    resize(Cpu{}, shape, image.samples16.data(), result.samples16.data());
  else
    resize(Cpu{}, shape, image.samples8.data(), result.samples8.data());
  return result;
}

LabelMap resize_nearest(const LabelMap& map, int64_t new_width, int64_t new_height) {
  LabelMap result{.width = new_width, .height = new_height};
  result.labels.reserve(size_t(new_width * new_height));
  for (int64_t y = 0; y < new_height; ++y) {
    const uint8_t* row = map.labels.data() + (2 * y + 1) * map.height / (2 * new_height) * map.width;
    for (int64_t x = 0; x < new_width; ++x)
      result.labels.push_back(row[(2 * x + 1) * map.width / (2 * new_width)]);
  }
  return result;
}

}  // namespace huegrad
