// Shapes of joint_bilateral_upsample for tests and benchmarks.
#pragma once
#include <vector>

#include "kernels/joint_bilateral_upsample.h"

namespace huegrad::test {

inline std::vector<JointBilateralShape> joint_bilateral_cases() {
  const auto make = [](int64_t batch, int64_t low_h, int64_t low_w, int64_t high_h, int64_t high_w,
                       int64_t channels, int64_t radius, double sigma_s, double sigma_r) {
    return JointBilateralShape{batch, low_h, low_w, high_h, high_w, channels, radius, sigma_s, sigma_r};
  };
  return {
      make(1, 14, 14, 56, 56, 2, 6, 3, 15),   // factor 4, as in the network
      make(2, 9, 11, 36, 44, 2, 4, 3, 15),    // window narrower than a vector
      make(1, 13, 7, 41, 39, 3, 6, 3, 15),    // fractional factors, odd number of channels
      make(2, 17, 19, 17, 19, 2, 2, 1, 30),   // joint bilateral filter: same size
      make(1, 20, 24, 9, 7, 1, 3, 1.5, 20),   // output smaller than the colours
      make(1, 1, 1, 5, 6, 2, 6, 3, 15),       // a single colour
      make(1, 3, 40, 12, 160, 2, 9, 3, 15),   // window larger than the image; more taps than a vector
      make(1, 8, 8, 32, 32, 4, 0, 3, 15),     // a single tap
      make(1, 10, 10, 40, 40, 2, 6, 3, 0.5),  // narrow range: sums underflow
      make(1, 5, 4, 133, 107, 2, 6, 2, 15),   // large factor, as for a photograph
  };
}

// One that the definition can be run on; then what users meet: the network's grid, a photograph, a joint
// bilateral filter.
inline std::vector<JointBilateralShape> joint_bilateral_benchmarks() {
  JointBilateralShape network{
      .batch = 8, .low_height = 56, .low_width = 56, .high_height = 224, .high_width = 224};
  JointBilateralShape photograph{.low_height = 56, .low_width = 56, .high_height = 1080, .high_width = 1920};
  JointBilateralShape filter{.low_height = 270, .low_width = 480, .high_height = 270, .high_width = 480};
  return {joint_bilateral_cases().front(), network, photograph, filter};
}

}  // namespace huegrad::test
