#include "kernels/colorize_pixels.h"

#include <vector>

#include "kernels/color.h"

namespace huegrad {

template <class Sample>
void colorize_pixels(Reference backend, const ColorizePixelsShape& s, const float* ab, const Sample* picture,
                     Sample* out) {
  const auto pixels = std::size_t(s.pixels());
  std::vector<float> lightness(pixels), guide(pixels), colors(2 * pixels);
  picture_lightness(backend, s.pixels(), s.channels, picture, 0, lightness.data());
  if (s.joint_bilateral) {
    grey_levels(backend, s.pixels(), lightness.data(), guide.data());
    joint_bilateral_upsample_forward(backend, s.upsample, ab, guide.data(), colors.data());
  } else {
    upsample_forward(backend, s.upsample.bilinear(), ab, colors.data());
  }
  for (std::size_t i = 0; i < pixels; ++i)
    store_rgb(color::lab_to_srgb(lightness[i], colors[2 * i], colors[2 * i + 1]),
              picture + i * std::size_t(s.channels), s.channels, out + i * std::size_t(s.out_channels()));
}

template <class Sample>
void colorize_pixels(Reference backend, const ColorizePixelsShape& s, const float* logits,
                     const float* centers, const Sample* picture, Sample* out) {
  std::vector<float> ab(std::size_t(s.upsample.input_size()));
  annealed_mean_forward(backend, s.decoding(), logits, centers, ab.data());
  colorize_pixels(backend, s, ab.data(), picture, out);
}

template void colorize_pixels(Reference, const ColorizePixelsShape&, const float*, const float*,
                              const uint8_t*, uint8_t*);
template void colorize_pixels(Reference, const ColorizePixelsShape&, const float*, const float*,
                              const uint16_t*, uint16_t*);
template void colorize_pixels(Reference, const ColorizePixelsShape&, const float*, const uint8_t*, uint8_t*);
template void colorize_pixels(Reference, const ColorizePixelsShape&, const float*, const uint16_t*,
                              uint16_t*);

}  // namespace huegrad
