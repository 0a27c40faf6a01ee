// One pixel between sRGB and CIELAB, by the formulas: what kernels/reference loops over and CUDA kernels
// compute. Real: float or double.
#pragma once
#include <cmath>

#include "kernels/color_constants.h"
#include "kernels/host_device.h"

namespace huegrad::color {

template <class Real>
struct Triple {
  Real v[3];
};

template <class Real>
HUEGRAD_HOST_DEVICE Real clamped(Real value, Real low, Real high) {
  return value < low ? low : value > high ? high : value;
}

template <class Real>
HUEGRAD_HOST_DEVICE Real gamma_to_linear(Real v) {
  return v > Real(kGammaThreshold)
             ? std::pow((v + Real(kGammaOffset)) / Real(1 + kGammaOffset), Real(kGammaPower))
             : v / Real(kGammaSlope);
}

template <class Real>
HUEGRAD_HOST_DEVICE Real linear_to_gamma(Real v) {
  return v > Real(kLinearThreshold)
             ? Real(1 + kGammaOffset) * std::pow(v, Real(1 / kGammaPower)) - Real(kGammaOffset)
             : v * Real(kGammaSlope);
}

template <class Real>
HUEGRAD_HOST_DEVICE Real lab_f(Real t) {
  return t > Real(kCubeThreshold) ? std::cbrt(t) : Real(kLinearSlope) * t + Real(kLinearIntercept);
}

template <class Real>
HUEGRAD_HOST_DEVICE Real lab_f_inverse(Real f) {
  return f > Real(kRootThreshold) ? f * f * f : (f - Real(kLinearIntercept)) / Real(kLinearSlope);
}

template <class Real>
HUEGRAD_HOST_DEVICE Triple<Real> srgb_to_lab(Real red, Real green, Real blue) {
  const Real r = gamma_to_linear(red), g = gamma_to_linear(green), b = gamma_to_linear(blue);
  const Real x =
      lab_f((Real(kXyzFromRgb[0][0]) * r + Real(kXyzFromRgb[0][1]) * g + Real(kXyzFromRgb[0][2]) * b) /
            Real(kWhite[0]));
  const Real y =
      lab_f((Real(kXyzFromRgb[1][0]) * r + Real(kXyzFromRgb[1][1]) * g + Real(kXyzFromRgb[1][2]) * b) /
            Real(kWhite[1]));
  const Real z =
      lab_f((Real(kXyzFromRgb[2][0]) * r + Real(kXyzFromRgb[2][1]) * g + Real(kXyzFromRgb[2][2]) * b) /
            Real(kWhite[2]));
  return {{116 * y - 16, 500 * (x - y), 200 * (y - z)}};
}

template <class Real>
HUEGRAD_HOST_DEVICE Triple<Real> lab_to_linear(Real L, Real a, Real b) {
  const Real fy = (L + 16) / 116;
  const Real x = Real(kWhite[0]) * lab_f_inverse(fy + a / 500), y = Real(kWhite[1]) * lab_f_inverse(fy);
  const Real z = Real(kWhite[2]) * lab_f_inverse(fy - b / 200);
  return {{Real(kRgbFromXyzAt<0, 0>) * x + Real(kRgbFromXyzAt<0, 1>) * y + Real(kRgbFromXyzAt<0, 2>) * z,
           Real(kRgbFromXyzAt<1, 0>) * x + Real(kRgbFromXyzAt<1, 1>) * y + Real(kRgbFromXyzAt<1, 2>) * z,
           Real(kRgbFromXyzAt<2, 0>) * x + Real(kRgbFromXyzAt<2, 1>) * y + Real(kRgbFromXyzAt<2, 2>) * z}};
}

template <class Real>
HUEGRAD_HOST_DEVICE bool in_gamut(const Triple<Real>& linear) {
  for (int c = 0; c < 3; ++c)
    if (!(linear.v[c] >= Real(kGamutLow) && linear.v[c] <= Real(kGamutHigh))) return false;
  return true;
}

// Bisection for the scale of (a, b) at which the colour leaves the gamut.
template <class Real>
HUEGRAD_HOST_DEVICE Triple<Real> fit_to_gamut(Real L, Real a, Real b) {
  const Triple<Real> unchanged = lab_to_linear(L, a, b);
  if (in_gamut(unchanged)) return unchanged;
  Real inside = 0, outside = 1;
  for (int i = 0; i < kGamutHalvings; ++i) {
    const Real scale = (inside + outside) / 2;
    (in_gamut(lab_to_linear(L, scale * a, scale * b)) ? inside : outside) = scale;
  }
  return lab_to_linear(L, inside * a, inside * b);
}

template <class Real>
HUEGRAD_HOST_DEVICE Triple<Real> lab_to_srgb(Real lightness, Real a, Real b) {
  Triple<Real> rgb = fit_to_gamut(clamped(lightness, Real(0), Real(100)), a, b);
  for (int c = 0; c < 3; ++c)
    rgb.v[c] = clamped(linear_to_gamma(clamped(rgb.v[c], Real(0), Real(1))), Real(0), Real(1));
  return rgb;
}

// The neutral level, 0..255, of a lightness.
template <class Real>
HUEGRAD_HOST_DEVICE Real grey_level(Real lightness) {
  return 255 * lab_to_srgb(lightness, Real(0), Real(0)).v[1];
}

}  // namespace huegrad::color
