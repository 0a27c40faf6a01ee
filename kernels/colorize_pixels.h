// colorize_pixels: from predicted colours to the finished picture in one pass (paper section 2.4, Eq. (5),
// and back to sRGB).
//
//   out[p] = sRGB( L[p], upsampled(ab)[p] ),   L = lightness of the picture's own pixel
//
// upsampled: joint_bilateral_upsample with the neutral 8-bit level of L as its guide, or bilinear
// (kernels/upsample.h). ab (1, low_height, low_width, 2): the decoded colours (annealed mean). picture
// (high_height, high_width, channels), out (high_height, high_width, 3, or 4 with the picture's alpha), both
// of 8 or of 16 bits (kernels/picture_pixels.h). Colours outside sRGB lose chroma, not lightness
// (kernels/color.h).
//
// Colours are decoded beforehand because the windows of neighbouring pixels overlap: decoding 313 logits once
// for each low-resolution pixel is 1/50 of the work that decoding them in every tile would be.
#pragma once
#include <cstdint>

#include "kernels/joint_bilateral_upsample.h"
#include "kernels/picture_pixels.h"
#include "kernels/upsample.h"

namespace huegrad {

struct ColorizePixelsShape {
  JointBilateralShape upsample;  // batch 1, 2 channels
  int64_t channels = 3;
  bool joint_bilateral = true;  // false: bilinear

  constexpr int64_t out_channels() const { return has_alpha(channels) ? 4 : 3; }
  constexpr int64_t pixels() const { return upsample.high_height * upsample.high_width; }
  constexpr UpsampleShape bilinear() const {
    return {1, upsample.low_height, upsample.low_width, upsample.high_height, upsample.high_width, 2};
  }
};

// Sample: uint8_t or uint16_t
template <class Sample>
void colorize_pixels(Reference, const ColorizePixelsShape& shape, const float* ab, const Sample* picture,
                     Sample* out);
template <class Sample>
void colorize_pixels(Cpu, const ColorizePixelsShape& shape, const float* ab, const Sample* picture,
                     Sample* out);
template <class Sample>
void colorize_pixels(Cuda, const ColorizePixelsShape& shape, const float* ab, const Sample* picture,
                     Sample* out);

}  // namespace huegrad
