// colorize_pixels: from predicted distributions of colours to the finished picture in one pass (paper section
// 2.4, Eq. (5), and back to sRGB).
//
//   ab[q]  = annealed mean of logits[q]                                      (kernels/annealed_mean.h)
//   out[p] = sRGB( L[p], upsampled(ab)[p] ),   L = lightness of the picture's own pixel
//
// upsampled: joint_bilateral_upsample with the neutral 8-bit level of L as its guide, or bilinear
// (kernels/upsample.h). logits (1, low_height, low_width, bins), centers (bins, 2). picture (high_height,
// high_width, channels), out (high_height, high_width, 3, or 4 with the picture's alpha), both of 8 or of 16
// bits (kernels/picture_pixels.h). Colours outside sRGB lose chroma, not lightness (kernels/color.h).
#pragma once
#include <cstdint>

#include "kernels/annealed_mean.h"
#include "kernels/joint_bilateral_upsample.h"
#include "kernels/picture_pixels.h"

namespace huegrad {

struct ColorizePixelsShape {
  JointBilateralShape upsample;  // batch 1, 2 channels
  int64_t channels = 3;
  bool joint_bilateral = true;  // false: bilinear
  int64_t bins = 313;
  double temperature = 0.38;

  constexpr int64_t out_channels() const { return has_alpha(channels) ? 4 : 3; }
  constexpr int64_t pixels() const { return upsample.high_height * upsample.high_width; }
  constexpr AnnealedMeanShape decoding() const {
    return {upsample.low_height * upsample.low_width, bins, temperature};
  }
};

// Sample: uint8_t or uint16_t
template <class Sample>
void colorize_pixels(Reference, const ColorizePixelsShape& shape, const float* logits, const float* centers,
                     const Sample* picture, Sample* out);
template <class Sample>
void colorize_pixels(Cpu, const ColorizePixelsShape& shape, const float* logits, const float* centers,
                     const Sample* picture, Sample* out);
template <class Storage, class Sample>
void colorize_pixels(Cuda, const ColorizePixelsShape& shape, const Storage* logits, const float* centers,
                     const Sample* picture, Sample* out);

// In host memory also from colours that are decoded already: ab (1, low_height, low_width, 2).
template <class Sample>
void colorize_pixels(Reference, const ColorizePixelsShape& shape, const float* ab, const Sample* picture,
                     Sample* out);
template <class Sample>
void colorize_pixels(Cpu, const ColorizePixelsShape& shape, const float* ab, const Sample* picture,
                     Sample* out);

}  // namespace huegrad
