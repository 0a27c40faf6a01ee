// The numbers of the sRGB and CIELAB definitions, in the roundings that scikit-image uses, so that values
// agree with models trained on its output.
#pragma once

namespace huegrad::color {

using Matrix3 = double[3][3];

// linear sRGB -> XYZ, and the white point (D65, 2 degrees)
inline constexpr Matrix3 kXyzFromRgb = {
    {0.412453, 0.357580, 0.180423}, {0.212671, 0.715160, 0.072169}, {0.019334, 0.119193, 0.950227}};
inline constexpr double kWhite[3] = {0.95047, 1.0, 1.08883};

struct Inverse {
  Matrix3 m;
};

// Cofactors over the determinant; the cyclic indices carry the signs.
constexpr Inverse inverse(const Matrix3& a) {
  Inverse result{};
  double determinant = 0;
  for (int i = 0; i < 3; ++i)
    determinant += a[0][i] * (a[1][(i + 1) % 3] * a[2][(i + 2) % 3] - a[1][(i + 2) % 3] * a[2][(i + 1) % 3]);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      result.m[i][j] = (a[(j + 1) % 3][(i + 1) % 3] * a[(j + 2) % 3][(i + 2) % 3] -
                        a[(j + 1) % 3][(i + 2) % 3] * a[(j + 2) % 3][(i + 1) % 3]) /
                       determinant;
  return result;
}
inline constexpr Inverse kRgbFromXyz = inverse(kXyzFromRgb);
// Single elements, which device code may use too.
template <int row, int column>
inline constexpr double kRgbFromXyzAt = kRgbFromXyz.m[row][column];

// sRGB transfer function: linear below the threshold, a power above.
inline constexpr double kGammaThreshold = 0.04045, kLinearThreshold = 0.0031308;
inline constexpr double kGammaSlope = 12.92, kGammaOffset = 0.055, kGammaPower = 2.4;

// CIELAB's f(t): cube root above the threshold, linear below.
inline constexpr double kCubeThreshold = 0.008856, kRootThreshold = 0.2068966;
inline constexpr double kLinearSlope = 7.787, kLinearIntercept = 16.0 / 116.0;

// The rounded matrix puts the white point up to 8.1e-5 above 1; neutral colours must count as inside the
// gamut.
inline constexpr double kGamutLow = -1e-6, kGamutHigh = 1 + 1e-4;

// Halvings of the interval in which the largest chroma inside the gamut is searched.
inline constexpr int kGamutHalvings = 20;

}  // namespace huegrad::color
