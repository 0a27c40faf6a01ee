// colorize_pixels: from predicted colours to the finished picture in one pass (paper section 2.4, Eq. (5),
// and back to sRGB).
//
//   out[p] = sRGB( L[p], joint_bilateral_upsample(ab, guide)[p] ),   L = lightness of the picture's own
//   pixel, guide = the neutral 8-bit level of that lightness
//
// ab (1, low_height, low_width, 2): the decoded colours (annealed mean). picture (high_height, high_width,
// channels): 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA, 8 bit. out (high_height, high_width, 3, or 4 with the
// picture's alpha). Colours outside sRGB lose chroma, not lightness (kernels/color.h).
//
// Colours are decoded beforehand because the windows of neighbouring pixels overlap: decoding 313 logits once
// for each low-resolution pixel is 1/50 of the work that decoding them in every tile would be.
#pragma once
#include <cstdint>

#include "kernels/joint_bilateral_upsample.h"

namespace huegrad {

struct ColorizePixelsShape {
  JointBilateralShape upsample;  // batch 1, 2 channels
  int64_t channels = 3;

  constexpr bool has_alpha() const { return channels % 2 == 0; }
  constexpr int64_t out_channels() const { return has_alpha() ? 4 : 3; }
  constexpr int64_t pixels() const { return upsample.high_height * upsample.high_width; }
};

void colorize_pixels(Reference, const ColorizePixelsShape& shape, const float* ab, const uint8_t* picture,
                     uint8_t* out);
void colorize_pixels(Cpu, const ColorizePixelsShape& shape, const float* ab, const uint8_t* picture,
                     uint8_t* out);
void colorize_pixels(Cuda, const ColorizePixelsShape& shape, const float* ab, const uint8_t* picture,
                     uint8_t* out);

}  // namespace huegrad
