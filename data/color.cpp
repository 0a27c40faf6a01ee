#include "data/color.h"

#include <algorithm>

#include "data/samples.h"
#include "kernels/color.h"
#include "kernels/colorize_pixels.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

constexpr int64_t kGrain = 4096;  // pixels worth a thread

}  // namespace

std::vector<float> lightness(const Image& image) {
  std::vector<float> plane(size_t(image.pixels()));
  with_samples(
      [&](const auto& samples) {
        picture_lightness(Cpu{}, image.pixels(), image.channels, samples.data(), 0, plane.data());
      },
      image);
  return plane;
}

std::vector<float> lab(const Image& image) {
  std::vector<float> values(size_t(3 * image.pixels()));
  with_samples(
      [&](const auto& samples) {
        parallel_for(0, image.pixels(), kGrain, [&](int64_t first, int64_t last) {
          for (int64_t i = first; i < last; ++i)
            std::copy_n(load_rgb(samples.data() + i * image.channels, image.channels).v, 3,
                        values.data() + 3 * i);
        });
      },
      image);
  srgb_to_lab(Cpu{}, image.pixels(), values.data(), values.data());
  return values;
}

std::vector<float> grey_levels(std::span<const float> lightness) {
  std::vector<float> levels(lightness.size());
  grey_levels(Cpu{}, int64_t(levels.size()), lightness.data(), levels.data());
  return levels;
}

Image colorize(const Image& original, std::span<const float> ab) {
  const ColorizePixelsShape shape = {{.low_height = original.height,
                                      .low_width = original.width,
                                      .high_height = original.height,
                                      .high_width = original.width},
                                     original.channels,
                                     false};
  Image result = Image::make(original.width, original.height, shape.out_channels(), original.bit_depth);
  with_samples(
      [&](const auto& from, auto& to) { colorize_pixels(Cpu{}, shape, ab.data(), from.data(), to.data()); },
      original, result);
  return result;
}

}  // namespace huegrad
