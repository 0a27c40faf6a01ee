// Photographs as CIELAB planes, and back.
#pragma once
#include <span>
#include <vector>

#include "data/image.h"

namespace huegrad {

// L (height, width) in 0..100; alpha is ignored.
std::vector<float> lightness(const Image& image);

// L, a, b interleaved (height, width, 3); alpha is ignored.
std::vector<float> lab(const Image& image);

// The neutral sRGB level, 0..255, of each lightness: what a grey photograph of it would hold. This is the
// scale of joint_bilateral_upsample's guide and of its sigma_range.
std::vector<float> grey_levels(std::span<const float> lightness);

// The photograph with its own lightness and the given colours ab (height, width, 2): RGB or RGBA with the bit
// depth and alpha of the original. Colours that sRGB cannot show at a pixel's lightness keep lightness and
// hue and lose chroma.
Image colorize(const Image& original, std::span<const float> ab);

}  // namespace huegrad
