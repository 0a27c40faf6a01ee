#include "data/color.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/color.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

// Pixels converted at a time: their colours stay in the cache, and no plane of the whole image is made.
constexpr int64_t kChunk = 1024;
using Chunk = std::array<float, 3 * kChunk>;

// Calls body(first, size) on chunks that cover the pixels, in parallel.
template <class Body>
void for_each_chunk(int64_t pixels, Body body) {
  parallel_for(0, (pixels + kChunk - 1) / kChunk, 4, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) body(i * kChunk, std::min(kChunk, pixels - i * kChunk));
  });
}

template <class Sample>
void load_rgb(const Image& image, const Sample* samples, int64_t first, int64_t size, float* rgb) {
  const float scale = float(1 / image.max_value());
  const int64_t green = image.color_channels() == 3 ? 1 : 0, blue = 2 * green;
  const Sample* pixel = samples + first * image.channels;
  for (int64_t i = 0; i < size; ++i, pixel += image.channels) {
    rgb[3 * i] = float(pixel[0]) * scale;
    rgb[3 * i + 1] = float(pixel[green]) * scale;
    rgb[3 * i + 2] = float(pixel[blue]) * scale;
  }
}

void load_lab(const Image& image, int64_t first, int64_t size, float* lab) {
  Chunk rgb;
  if (image.bit_depth == 16)
    load_rgb(image, image.samples16.data(), first, size, rgb.data());
  else
    load_rgb(image, image.samples8.data(), first, size, rgb.data());
  srgb_to_lab(Cpu{}, size, rgb.data(), lab);
}

template <class Sample>
void store_rgb(const float* rgb, int64_t first, int64_t size, const Sample* original, const Image& layout,
               int64_t to_channels, Sample* samples) {
  const float scale = float(layout.max_value());
  for (int64_t i = 0; i < size; ++i) {
    Sample* to = samples + (first + i) * to_channels;
    for (int c = 0; c < 3; ++c) to[c] = Sample(rgb[3 * i + c] * scale + 0.5f);
    if (layout.has_alpha()) to[3] = original[(first + i + 1) * layout.channels - 1];
  }
}

}  // namespace

std::vector<float> lightness(const Image& image) {
  std::vector<float> plane(size_t(image.pixels()));
  for_each_chunk(image.pixels(), [&](int64_t first, int64_t size) {
    Chunk values;
    load_lab(image, first, size, values.data());
    for (int64_t i = 0; i < size; ++i) plane[size_t(first + i)] = values[size_t(3 * i)];
  });
  return plane;
}

std::vector<float> lab(const Image& image) {
  std::vector<float> values(size_t(3 * image.pixels()));
  for_each_chunk(image.pixels(), [&](int64_t first, int64_t size) {
    load_lab(image, first, size, values.data() + 3 * first);
  });
  return values;
}

std::vector<float> grey_levels(std::span<const float> lightness) {
  std::vector<float> levels(lightness.size());
  for_each_chunk(int64_t(lightness.size()), [&](int64_t first, int64_t size) {
    Chunk colors = {}, rgb;
    for (int64_t i = 0; i < size; ++i) colors[size_t(3 * i)] = lightness[size_t(first + i)];
    lab_to_srgb(Cpu{}, size, colors.data(), rgb.data());
    for (int64_t i = 0; i < size; ++i) levels[size_t(first + i)] = 255 * rgb[size_t(3 * i + 1)];
  });
  return levels;
}

Image colorize(const Image& original, std::span<const float> ab) {
  Image result =
      Image::make(original.width, original.height, original.has_alpha() ? 4 : 3, original.bit_depth);
  for_each_chunk(original.pixels(), [&](int64_t first, int64_t size) {
    Chunk colors, rgb;
    load_lab(original, first, size, colors.data());
    for (int64_t i = 0; i < size; ++i)
      for (int64_t c : {0, 1}) colors[size_t(3 * i + 1 + c)] = ab[size_t(2 * (first + i) + c)];
    lab_to_srgb(Cpu{}, size, colors.data(), rgb.data());
    if (original.bit_depth == 16)
      store_rgb(rgb.data(), first, size, original.samples16.data(), original, result.channels,
                result.samples16.data());
    else
      store_rgb(rgb.data(), first, size, original.samples8.data(), original, result.channels,
                result.samples8.data());
  });
  return result;
}

}  // namespace huegrad
