// Colour conversions between sRGB (IEC 61966-2-1, gamma-encoded, 0..1) and CIELAB (D65, 2 degrees: white
// (0.95047, 1, 1.08883); L in 0..100). Interleaved pixels (size, 3); input and output may be the same.
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

template <class Real>
void srgb_to_lab(Reference, int64_t size, const Real* rgb, Real* lab);
void srgb_to_lab(Cpu, int64_t size, const float* rgb, float* lab);
template <class Storage>
void srgb_to_lab(Cuda, int64_t size, const Storage* rgb, Storage* lab);

// Colours outside the sRGB gamut keep their lightness and hue: a and b are scaled towards the neutral axis
// until the colour fits (a neutral colour of any L in 0..100 is inside). The result is within 0..1 exactly.
template <class Real>
void lab_to_srgb(Reference, int64_t size, const Real* lab, Real* rgb);
void lab_to_srgb(Cpu, int64_t size, const float* lab, float* rgb);
template <class Storage>
void lab_to_srgb(Cuda, int64_t size, const Storage* lab, Storage* rgb);

// L - center (size) of a picture's pixels (size, channels), kernels/picture_pixels.h. Sample: uint8_t or
// uint16_t.
template <class Sample>
void picture_lightness(Reference, int64_t size, int64_t channels, const Sample* picture, float center,
                       float* lightness);
template <class Sample>
void picture_lightness(Cpu, int64_t size, int64_t channels, const Sample* picture, float center,
                       float* lightness);
template <class Sample>
void picture_lightness(Cuda, int64_t size, int64_t channels, const Sample* picture, float center,
                       float* lightness);

// The neutral sRGB level, 0..255, of each lightness (size): what a grey photograph of it would hold. This is
// the scale of joint_bilateral_upsample's guide and of its sigma_range.
void grey_levels(Reference, int64_t size, const float* lightness, float* levels);
void grey_levels(Cpu, int64_t size, const float* lightness, float* levels);

}  // namespace huegrad
