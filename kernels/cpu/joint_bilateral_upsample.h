// The low-resolution side of joint bilateral upsampling as its vector code wants it: planes with borders, so
// that a window never leaves them, and the guide scaled so that a squared difference is a base-2 logarithm.
#pragma once
#include <cmath>
#include <vector>

#include "kernels/joint_bilateral_upsample.h"

namespace huegrad {

// p_low: the place of output pixel p along an axis of the low-resolution image.
inline double low_place(int64_t p, int64_t low, int64_t high) {
  return (double(p) + 0.5) * double(low) / double(high) - 0.5;
}

struct JointBilateralPlanes {
  // Borders of the guide hold a value so far from any grey that its weight vanishes.
  static constexpr float kFar = 1e18f;
  static constexpr int64_t kMaxLanes = 64;

  explicit JointBilateralPlanes(const JointBilateralShape& s)
      : stride(s.low_width + 2 * s.radius + kMaxLanes),
        plane_size(stride * s.low_height),
        channel_count(s.channels) {
    guide_scale = float(std::sqrt(std::log2(std::exp(1.0)) / 2) / s.sigma_range);
    spatial_scale = float(std::log2(std::exp(1.0)) / (2 * s.sigma_spatial * s.sigma_spatial));
  }

  // Fills the planes of all images. x may be null: then `channels` stays empty.
  void fill(const JointBilateralShape& shape, const float* x, const float* guide);

  const float* channel(int64_t image, int64_t c) const {
    return channels.data() + (image * channel_count + c) * plane_size;
  }

  int64_t stride, plane_size, channel_count;
  float guide_scale, spatial_scale;
  std::vector<float> guide;     // (batch, low_height, stride); column q of the image is number q + radius
  std::vector<float> channels;  // (batch, channels, low_height, stride)
};

// The forward pass where many output pixels lie in one low-resolution pixel (joint_bilateral_cells.cpp).
void joint_bilateral_forward_cells(const JointBilateralShape& shape, const JointBilateralPlanes& planes,
                                   const float* guide, float* y);

}  // namespace huegrad
