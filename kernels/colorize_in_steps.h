// colorize_pixels one operation after another, for the backends that do not fuse it.
#pragma once
#include <cstddef>
#include <vector>

#include "kernels/color.h"
#include "kernels/colorize_pixels.h"

namespace huegrad {

template <class Backend>
void colorize_in_steps(Backend backend, const ColorizePixelsShape& s, const float* ab, const uint8_t* picture,
                       uint8_t* out) {
  const auto pixels = std::size_t(s.pixels());
  const std::size_t green = s.channels >= 3 ? 1 : 0, blue = 2 * green;
  std::vector<float> rgb(3 * pixels), lab(3 * pixels), guide(pixels), colors(2 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    const uint8_t* pixel = picture + i * std::size_t(s.channels);
    rgb[3 * i] = float(pixel[0]) / 255;
    rgb[3 * i + 1] = float(pixel[green]) / 255;
    rgb[3 * i + 2] = float(pixel[blue]) / 255;
  }
  srgb_to_lab(backend, int64_t(pixels), rgb.data(), lab.data());
  for (std::size_t i = 0; i < pixels; ++i) lab[3 * i + 1] = lab[3 * i + 2] = 0;
  lab_to_srgb(backend, int64_t(pixels), lab.data(), rgb.data());
  for (std::size_t i = 0; i < pixels; ++i) guide[i] = 255 * rgb[3 * i + 1];
  joint_bilateral_upsample_forward(backend, s.upsample, ab, guide.data(), colors.data());
  for (std::size_t i = 0; i < pixels; ++i)
    for (std::size_t c : {0, 1}) lab[3 * i + 1 + c] = colors[2 * i + c];
  lab_to_srgb(backend, int64_t(pixels), lab.data(), rgb.data());
  for (std::size_t i = 0; i < pixels; ++i) {
    uint8_t* pixel = out + i * std::size_t(s.out_channels());
    for (std::size_t c = 0; c < 3; ++c) pixel[c] = uint8_t(rgb[3 * i + c] * 255 + 0.5f);
    if (s.has_alpha()) pixel[3] = picture[(i + 1) * std::size_t(s.channels) - 1];
  }
}

}  // namespace huegrad
