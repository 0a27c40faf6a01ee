#include "kernels/joint_bilateral_upsample.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace huegrad {
namespace {

// Calls visit(offset of q in a low-resolution image, w[p,q] / k[p]) for the taps of pixel p = (y, x). Weights
// are taken relative to the largest, which cancels in the quotient and keeps k >= 1.
template <class Real, class Visit>
void for_each_tap(const JointBilateralShape& s, const Real* guide, int64_t y, int64_t x, Visit visit) {
  const Real low_y = (Real(y) + Real(0.5)) * Real(s.low_height) / Real(s.high_height) - Real(0.5);
  const Real low_x = (Real(x) + Real(0.5)) * Real(s.low_width) / Real(s.high_width) - Real(0.5);
  const int64_t center_y = nearest_pixel(y, s.high_height, s.low_height);
  const int64_t center_x = nearest_pixel(x, s.high_width, s.low_width);
  const int64_t first_y = std::max<int64_t>(0, center_y - s.radius),
                first_x = std::max<int64_t>(0, center_x - s.radius);
  const int64_t last_y = std::min(s.low_height - 1, center_y + s.radius);
  const int64_t last_x = std::min(s.low_width - 1, center_x + s.radius);
  const auto log_weight = [&](int64_t qy, int64_t qx) {
    const int64_t high_y = nearest_pixel(qy, s.low_height, s.high_height);
    const int64_t high_x = nearest_pixel(qx, s.low_width, s.high_width);
    const Real dy = low_y - Real(qy), dx = low_x - Real(qx);
    const Real range = guide[y * s.high_width + x] - guide[high_y * s.high_width + high_x];
    return -(dy * dy + dx * dx) / Real(2 * s.sigma_spatial * s.sigma_spatial) -
           range * range / Real(2 * s.sigma_range * s.sigma_range);
  };
  Real largest = -std::numeric_limits<Real>::infinity(), k = 0;
  for (int64_t qy = first_y; qy <= last_y; ++qy)
    for (int64_t qx = first_x; qx <= last_x; ++qx) largest = std::max(largest, log_weight(qy, qx));
  for (int64_t qy = first_y; qy <= last_y; ++qy)
    for (int64_t qx = first_x; qx <= last_x; ++qx) k += std::exp(log_weight(qy, qx) - largest);
  for (int64_t qy = first_y; qy <= last_y; ++qy)
    for (int64_t qx = first_x; qx <= last_x; ++qx)
      visit(qy * s.low_width + qx, std::exp(log_weight(qy, qx) - largest) / k);
}

// Calls body(image, offset of p in the guide of the image, y, x) for every output pixel.
template <class Body>
void for_each_pixel(const JointBilateralShape& s, Body body) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t y = 0; y < s.high_height; ++y)
      for (int64_t x = 0; x < s.high_width; ++x) body(n, y * s.high_width + x, y, x);
}

}  // namespace

template <class Real>
void joint_bilateral_upsample_forward(Reference, const JointBilateralShape& s, const Real* x,
                                      const Real* guide, Real* y) {
  const int64_t low_size = s.low_height * s.low_width, high_size = s.high_height * s.high_width;
  std::fill_n(y, s.output_size(), Real(0));
  for_each_pixel(s, [&](int64_t n, int64_t p, int64_t row, int64_t column) {
    for_each_tap(s, guide + n * high_size, row, column, [&](int64_t q, Real weight) {
      for (int64_t c = 0; c < s.channels; ++c)
        y[(n * high_size + p) * s.channels + c] += weight * x[(n * low_size + q) * s.channels + c];
    });
  });
}

template <class Real>
void joint_bilateral_upsample_backward(Reference, const JointBilateralShape& s, const Real* guide,
                                       const Real* dy, Real* dx) {
  const int64_t low_size = s.low_height * s.low_width, high_size = s.high_height * s.high_width;
  std::fill_n(dx, s.input_size(), Real(0));
  for_each_pixel(s, [&](int64_t n, int64_t p, int64_t row, int64_t column) {
    for_each_tap(s, guide + n * high_size, row, column, [&](int64_t q, Real weight) {
      for (int64_t c = 0; c < s.channels; ++c)
        dx[(n * low_size + q) * s.channels + c] += weight * dy[(n * high_size + p) * s.channels + c];
    });
  });
}

template void joint_bilateral_upsample_forward(Reference, const JointBilateralShape&, const float*,
                                               const float*, float*);
template void joint_bilateral_upsample_forward(Reference, const JointBilateralShape&, const double*,
                                               const double*, double*);
template void joint_bilateral_upsample_backward(Reference, const JointBilateralShape&, const float*,
                                                const float*, float*);
template void joint_bilateral_upsample_backward(Reference, const JointBilateralShape&, const double*,
                                                const double*, double*);

}  // namespace huegrad
