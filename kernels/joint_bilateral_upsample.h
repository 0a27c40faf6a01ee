// joint_bilateral_upsample: paper Eq. (5), after Kopf et al., "Joint bilateral upsampling", SIGGRAPH 2007.
//
//   y[p,:] = 1/k[p] * sum_q x[q,:] * f(|p_low - q|) * g(|I[p] - I[q_high]|),   k[p] = sum_q f * g
//
// p: pixel of the high-resolution guide I; p_low = (p + 0.5) * low / high - 0.5 its (fractional) place in the
// low-resolution colours x; q: the (2*radius+1)^2 low-resolution pixels around round(p_low) that lie inside
// x; q_high: the guide pixel nearest to q's centre. f, g: Gaussians of sigma_spatial (low-resolution pixels)
// and sigma_range (units of the guide: 0..255 grey). Distances from p_low, radius 6 and sigma_range 15 are
// the defaults of the paper (sigma_spatial 3).
//
// Where every g underflows (an isolated guide value), the weights are computed relative to the largest one,
// so the result is still Eq. (5) and never 0/0. The guide stays float beside colours in bfloat16: eight bits
// would blur the very steps of lightness that the filter keeps. x (batch, low_height, low_width, channels),
// guide (batch, high_height, high_width), y (batch, high_height, high_width, channels). Any factor, also
// fractional or below 1; high and low may be equal (joint bilateral filter).
#pragma once
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/upsample.h"

namespace huegrad {

struct JointBilateralShape {
  int64_t batch = 1, low_height = 0, low_width = 0, high_height = 0, high_width = 0, channels = 2;
  int64_t radius = 6;
  double sigma_spatial = 3, sigma_range = 15;

  constexpr int64_t input_size() const { return batch * low_height * low_width * channels; }
  constexpr int64_t guide_size() const { return batch * high_height * high_width; }
  constexpr int64_t output_size() const { return guide_size() * channels; }
  constexpr UpsampleShape bilinear() const {
    return {batch, low_height, low_width, high_height, high_width, channels};
  }
  // Upper bound: windows are cut at the border.
  constexpr int64_t taps() const { return guide_size() * (2 * radius + 1) * (2 * radius + 1); }
};

// The pixel of a row of `to` pixels in which the centre of pixel p of a row of `from` pixels lies:
// round(p_low) and q_high above, with halves rounded up.
constexpr int64_t nearest_pixel(int64_t p, int64_t from, int64_t to) { return (2 * p + 1) * to / (2 * from); }

template <class Real>
void joint_bilateral_upsample_forward(Reference, const JointBilateralShape& shape, const Real* x,
                                      const Real* guide, Real* y);
void joint_bilateral_upsample_forward(Cpu, const JointBilateralShape& shape, const float* x,
                                      const float* guide, float* y);
template <class Storage>
void joint_bilateral_upsample_forward(Cuda, const JointBilateralShape& shape, const Storage* x,
                                      const float* guide, Storage* y);

// dx[q,:] = sum_p w[p,q] / k[p] * dy[p,:]; the guide is a constant.
template <class Real>
void joint_bilateral_upsample_backward(Reference, const JointBilateralShape& shape, const Real* guide,
                                       const Real* dy, Real* dx);
void joint_bilateral_upsample_backward(Cpu, const JointBilateralShape& shape, const float* guide,
                                       const float* dy, float* dx);
template <class Storage>
void joint_bilateral_upsample_backward(Cuda, const JointBilateralShape& shape, const float* guide,
                                       const Storage* dy, Storage* dx);

}  // namespace huegrad
