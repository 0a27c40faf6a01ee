#include "kernels/color.h"

#include <algorithm>
#include <cmath>

#include "kernels/color_constants.h"

namespace huegrad {
namespace {

using namespace color;

template <class Real>
Real gamma_to_linear(Real v) {
  return v > Real(kGammaThreshold)
             ? std::pow((v + Real(kGammaOffset)) / Real(1 + kGammaOffset), Real(kGammaPower))
             : v / Real(kGammaSlope);
}

template <class Real>
Real linear_to_gamma(Real v) {
  return v > Real(kLinearThreshold)
             ? Real(1 + kGammaOffset) * std::pow(v, Real(1 / kGammaPower)) - Real(kGammaOffset)
             : v * Real(kGammaSlope);
}

template <class Real>
Real lab_f(Real t) {
  return t > Real(kCubeThreshold) ? std::cbrt(t) : Real(kLinearSlope) * t + Real(kLinearIntercept);
}

template <class Real>
Real lab_f_inverse(Real f) {
  return f > Real(kRootThreshold) ? f * f * f : (f - Real(kLinearIntercept)) / Real(kLinearSlope);
}

template <class Real>
struct Linear {
  Real channel[3];
  bool in_gamut() const {
    return std::all_of(channel, channel + 3,
                       [](Real v) { return v >= Real(kGamutLow) && v <= Real(kGamutHigh); });
  }
};

template <class Real>
Linear<Real> lab_to_linear(Real L, Real a, Real b) {
  const Real fy = (L + 16) / 116;
  const Real xyz[3] = {Real(kWhite[0]) * lab_f_inverse(fy + a / 500), Real(kWhite[1]) * lab_f_inverse(fy),
                       Real(kWhite[2]) * lab_f_inverse(fy - b / 200)};
  Linear<Real> rgb;
  for (int i = 0; i < 3; ++i)
    rgb.channel[i] = Real(kRgbFromXyz.m[i][0]) * xyz[0] + Real(kRgbFromXyz.m[i][1]) * xyz[1] +
                     Real(kRgbFromXyz.m[i][2]) * xyz[2];
  return rgb;
}

// Bisection for the scale of (a, b) at which the colour leaves the gamut.
template <class Real>
Linear<Real> fit_to_gamut(Real L, Real a, Real b) {
  const Linear<Real> unchanged = lab_to_linear(L, a, b);
  if (unchanged.in_gamut()) return unchanged;
  Real inside = 0, outside = 1;
  for (int i = 0; i < kGamutHalvings; ++i) {
    const Real scale = (inside + outside) / 2;
    (lab_to_linear(L, scale * a, scale * b).in_gamut() ? inside : outside) = scale;
  }
  return lab_to_linear(L, inside * a, inside * b);
}

}  // namespace

template <class Real>
void srgb_to_lab(Reference, int64_t size, const Real* rgb, Real* lab) {
  for (int64_t i = 0; i < size; ++i) {
    Real linear[3], f[3];
    for (int c = 0; c < 3; ++c) linear[c] = gamma_to_linear(rgb[3 * i + c]);
    for (int c = 0; c < 3; ++c)
      f[c] = lab_f((Real(kXyzFromRgb[c][0]) * linear[0] + Real(kXyzFromRgb[c][1]) * linear[1] +
                    Real(kXyzFromRgb[c][2]) * linear[2]) /
                   Real(kWhite[c]));
    lab[3 * i] = 116 * f[1] - 16;
    lab[3 * i + 1] = 500 * (f[0] - f[1]);
    lab[3 * i + 2] = 200 * (f[1] - f[2]);
  }
}

template <class Real>
void lab_to_srgb(Reference, int64_t size, const Real* lab, Real* rgb) {
  for (int64_t i = 0; i < size; ++i) {
    const Real L = std::clamp(lab[3 * i], Real(0), Real(100));
    const Linear<Real> linear = fit_to_gamut(L, lab[3 * i + 1], lab[3 * i + 2]);
    for (int c = 0; c < 3; ++c) {
      const Real v = std::clamp(linear.channel[c], Real(0), Real(1));
      rgb[3 * i + c] = std::clamp(linear_to_gamma(v), Real(0), Real(1));
    }
  }
}

template void srgb_to_lab(Reference, int64_t, const float*, float*);
template void srgb_to_lab(Reference, int64_t, const double*, double*);
template void lab_to_srgb(Reference, int64_t, const float*, float*);
template void lab_to_srgb(Reference, int64_t, const double*, double*);

}  // namespace huegrad
