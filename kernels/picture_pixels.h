// How the pixels of a picture lie in memory: `channels` samples each, 1 grey, 2 grey and alpha, 3 RGB,
// 4 RGBA, of 8 or 16 bits (uint8_t, uint16_t), sRGB-encoded.
#pragma once
#include <cstdint>
#include <limits>

#include "kernels/color_math.h"

namespace huegrad {

template <class Sample>
inline constexpr float kMostSample = float(std::numeric_limits<Sample>::max());

HUEGRAD_HOST_DEVICE constexpr bool has_alpha(int64_t channels) { return channels % 2 == 0; }

// Red, green and blue, 0..1; of a grey pixel three times the same.
template <class Sample>
HUEGRAD_HOST_DEVICE color::Triple<float> load_rgb(const Sample* pixel, int64_t channels) {
  const int green = channels >= 3 ? 1 : 0, blue = 2 * green;
  return {{float(pixel[0]) / kMostSample<Sample>, float(pixel[green]) / kMostSample<Sample>,
           float(pixel[blue]) / kMostSample<Sample>}};
}

// A pixel of 3 or, with the alpha of the original, 4 samples.
template <class Sample>
HUEGRAD_HOST_DEVICE void store_rgb(const color::Triple<float>& rgb, const Sample* original, int64_t channels,
                                   Sample* pixel) {
  for (int c = 0; c < 3; ++c) pixel[c] = Sample(rgb.v[c] * kMostSample<Sample> + 0.5f);
  if (has_alpha(channels)) pixel[3] = original[channels - 1];
}

}  // namespace huegrad
