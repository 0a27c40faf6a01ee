// Images and label maps at another size; kernels/resize.h says how samples are mixed.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/image.h"
#include "data/label_map.h"
#include "kernels/resize.h"

namespace huegrad {

// x (height, width, channels) -> (new_height, new_width, channels)
std::vector<float> resize(std::span<const float> x, int64_t height, int64_t width, int64_t channels,
                          int64_t new_height, int64_t new_width,
                          ResizeFilter filter = ResizeFilter::triangle);

// Bit depth and channels are kept; samples are rounded and clamped.
Image resize(const Image& image, int64_t new_width, int64_t new_height,
             ResizeFilter filter = ResizeFilter::triangle);

// The label at each new pixel's centre.
LabelMap resize_nearest(const LabelMap& map, int64_t new_width, int64_t new_height);

}  // namespace huegrad
