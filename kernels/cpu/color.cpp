// One vector of pixels at a time, de-interleaved into channels. Powers are exp(p * log(x)): about 1e-6
// relative, a thousandth of a step of 16-bit colour.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/color.cpp"
#include "kernels/color.h"

#include <algorithm>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "kernels/color_constants.h"
#include "kernels/parallel.h"
#include "kernels/picture_pixels.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using namespace color;

using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;
inline constexpr size_t kMaxLanes = hn::MaxLanes(Tag());

struct Pixels {
  Vec c0, c1, c2;
};

HWY_INLINE Vec constant(double value) { return hn::Set(Tag(), float(value)); }

// x^p for x > 0
HWY_INLINE Vec power(Vec x, double p) {
  const Tag d;
  return hn::Exp(d, hn::Mul(constant(p), hn::Log(d, x)));
}

HWY_INLINE Vec gamma_to_linear(Vec v) {
  const Vec base = hn::Mul(hn::Add(v, constant(kGammaOffset)), constant(1 / (1 + kGammaOffset)));
  const auto curved = hn::Gt(v, constant(kGammaThreshold));
  return hn::IfThenElse(curved, power(base, kGammaPower), hn::Mul(v, constant(1 / kGammaSlope)));
}

// v in 0..1; the power's argument is kept away from log(0), whose lanes are not used.
HWY_INLINE Vec linear_to_gamma(Vec v) {
  const Vec base = hn::Max(v, constant(kLinearThreshold));
  const Vec curve =
      hn::MulSub(constant(1 + kGammaOffset), power(base, 1 / kGammaPower), constant(kGammaOffset));
  const auto curved = hn::Gt(v, constant(kLinearThreshold));
  return hn::IfThenElse(curved, curve, hn::Mul(v, constant(kGammaSlope)));
}

// The estimate exp(log(t) / 3) and one step of Newton's method, which makes it exact to rounding.
HWY_INLINE Vec lab_f(Vec t) {
  const Vec base = hn::Max(t, constant(kCubeThreshold));
  const Vec root = power(base, 1.0 / 3);
  const Vec refined =
      hn::Mul(constant(1.0 / 3), hn::MulAdd(constant(2), root, hn::Div(base, hn::Mul(root, root))));
  const Vec line = hn::MulAdd(constant(kLinearSlope), t, constant(kLinearIntercept));
  return hn::IfThenElse(hn::Gt(t, constant(kCubeThreshold)), refined, line);
}

HWY_INLINE Vec lab_f_inverse(Vec f) {
  const Vec cube = hn::Mul(f, hn::Mul(f, f));
  const Vec line = hn::Mul(hn::Sub(f, constant(kLinearIntercept)), constant(1 / kLinearSlope));
  return hn::IfThenElse(hn::Gt(f, constant(kRootThreshold)), cube, line);
}

HWY_INLINE Vec dot(const double row[3], double scale, const Pixels& p) {
  return hn::MulAdd(constant(row[0] * scale), p.c0,
                    hn::MulAdd(constant(row[1] * scale), p.c1, hn::Mul(constant(row[2] * scale), p.c2)));
}

HWY_INLINE Pixels srgb_to_lab(const Pixels& rgb) {
  const Pixels linear = {gamma_to_linear(rgb.c0), gamma_to_linear(rgb.c1), gamma_to_linear(rgb.c2)};
  const Vec fx = lab_f(dot(kXyzFromRgb[0], 1 / kWhite[0], linear));
  const Vec fy = lab_f(dot(kXyzFromRgb[1], 1 / kWhite[1], linear));
  const Vec fz = lab_f(dot(kXyzFromRgb[2], 1 / kWhite[2], linear));
  return {hn::MulSub(constant(116), fy, constant(16)), hn::Mul(constant(500), hn::Sub(fx, fy)),
          hn::Mul(constant(200), hn::Sub(fy, fz))};
}

// Linear sRGB of lightness fy = f(Y) and of chroma offsets fx - fy = u, fy - fz = v.
HWY_INLINE Pixels lab_to_linear(Vec fy, Vec u, Vec v) {
  const Pixels xyz = {hn::Mul(constant(kWhite[0]), lab_f_inverse(hn::Add(fy, u))),
                      hn::Mul(constant(kWhite[1]), lab_f_inverse(fy)),
                      hn::Mul(constant(kWhite[2]), lab_f_inverse(hn::Sub(fy, v)))};
  return {dot(kRgbFromXyz.m[0], 1, xyz), dot(kRgbFromXyz.m[1], 1, xyz), dot(kRgbFromXyz.m[2], 1, xyz)};
}

HWY_INLINE auto in_gamut(const Pixels& p) {
  const Vec least = hn::Min(p.c0, hn::Min(p.c1, p.c2)), most = hn::Max(p.c0, hn::Max(p.c1, p.c2));
  return hn::And(hn::Ge(least, constant(kGamutLow)), hn::Le(most, constant(kGamutHigh)));
}

// Bisection for the scale of (u, v) at which each lane leaves the gamut; lanes inside keep scale 1.
HWY_INLINE Pixels fit_to_gamut(Vec fy, Vec u, Vec v) {
  const Pixels unchanged = lab_to_linear(fy, u, v);
  const auto fits = in_gamut(unchanged);
  if (hn::AllTrue(Tag(), fits)) return unchanged;
  Vec inside = hn::IfThenElseZero(fits, constant(1)), outside = constant(1);
  for (int i = 0; i < kGamutHalvings; ++i) {
    const Vec scale = hn::Mul(hn::Add(inside, outside), constant(0.5));
    const auto good = in_gamut(lab_to_linear(fy, hn::Mul(scale, u), hn::Mul(scale, v)));
    inside = hn::IfThenElse(good, scale, inside);
    outside = hn::IfThenElse(good, outside, scale);
  }
  inside = hn::IfThenElse(fits, constant(1), inside);
  return lab_to_linear(fy, hn::Mul(inside, u), hn::Mul(inside, v));
}

HWY_INLINE Vec clamp01(Vec v) { return hn::Min(hn::Max(v, hn::Zero(Tag())), constant(1)); }

HWY_INLINE Pixels lab_to_srgb(const Pixels& lab) {
  const Vec lightness = hn::Min(hn::Max(lab.c0, hn::Zero(Tag())), constant(100));
  const Vec fy = hn::Mul(hn::Add(lightness, constant(16)), constant(1.0 / 116));
  const Pixels linear =
      fit_to_gamut(fy, hn::Mul(lab.c1, constant(1.0 / 500)), hn::Mul(lab.c2, constant(1.0 / 200)));
  return {clamp01(linear_to_gamma(clamp01(linear.c0))), clamp01(linear_to_gamma(clamp01(linear.c1))),
          clamp01(linear_to_gamma(clamp01(linear.c2)))};
}

// Applies `convert` to every vector of pixels; the last, incomplete one passes through a padded buffer.
template <class Convert>
HWY_INLINE void for_each_vector(int64_t size, const float* x, float* y, Convert convert) {
  const Tag d;
  const int64_t lanes = hn::Lanes(d);
  const auto one = [&](const float* from, float* to) {
    Pixels p;
    hn::LoadInterleaved3(d, from, p.c0, p.c1, p.c2);
    p = convert(p);
    hn::StoreInterleaved3(p.c0, p.c1, p.c2, d, to);
  };
  int64_t i = 0;
  for (; i + lanes <= size; i += lanes) one(x + 3 * i, y + 3 * i);
  if (i == size) return;
  float padded[3 * kMaxLanes] = {};
  std::copy(x + 3 * i, x + 3 * size, padded);
  one(padded, padded);
  std::copy_n(padded, 3 * (size - i), y + 3 * i);
}

void srgb_to_lab_range(int64_t size, const float* rgb, float* lab) {
  for_each_vector(size, rgb, lab, [](const Pixels& p) HWY_ATTR { return srgb_to_lab(p); });
}

void lab_to_srgb_range(int64_t size, const float* lab, float* rgb) {
  for_each_vector(size, lab, rgb, [](const Pixels& p) HWY_ATTR { return lab_to_srgb(p); });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(srgb_to_lab_range);
HWY_EXPORT(lab_to_srgb_range);

// A pixel costs tens of nanoseconds, so a thousand are worth a thread.
constexpr int64_t kPixelGrain = 1024;

void srgb_to_lab(Cpu, int64_t size, const float* rgb, float* lab) {
  parallel_for(0, size, kPixelGrain, [&](int64_t first, int64_t last) {
    HWY_DYNAMIC_DISPATCH(srgb_to_lab_range)(last - first, rgb + 3 * first, lab + 3 * first);
  });
}

void lab_to_srgb(Cpu, int64_t size, const float* lab, float* rgb) {
  parallel_for(0, size, kPixelGrain, [&](int64_t first, int64_t last) {
    HWY_DYNAMIC_DISPATCH(lab_to_srgb_range)(last - first, lab + 3 * first, rgb + 3 * first);
  });
}

namespace {

// Calls convert(first, count, buffer of 3 * count floats) on pieces that stay in the cache, so that no plane
// of three channels is made.
template <class Convert>
void for_each_piece(int64_t size, const Convert& convert) {
  parallel_for(0, size, kPixelGrain, [&](int64_t first, int64_t last) {
    float buffer[3 * kPixelGrain];
    for (int64_t i = first; i < last; i += kPixelGrain) convert(i, std::min(kPixelGrain, last - i), buffer);
  });
}

}  // namespace

template <class Sample>
void picture_lightness(Cpu, int64_t size, int64_t channels, const Sample* picture, float center,
                       float* lightness) {
  for_each_piece(size, [&](int64_t first, int64_t count, float* lab) {
    for (int64_t i = 0; i < count; ++i)
      std::copy_n(load_rgb(picture + (first + i) * channels, channels).v, 3, lab + 3 * i);
    HWY_DYNAMIC_DISPATCH(srgb_to_lab_range)(count, lab, lab);
    for (int64_t i = 0; i < count; ++i) lightness[first + i] = lab[3 * i] - center;
  });
}

void grey_levels(Cpu, int64_t size, const float* lightness, float* levels) {
  for_each_piece(size, [&](int64_t first, int64_t count, float* rgb) {
    for (int64_t i = 0; i < count; ++i) {
      rgb[3 * i] = lightness[first + i];
      rgb[3 * i + 1] = rgb[3 * i + 2] = 0;
    }
    HWY_DYNAMIC_DISPATCH(lab_to_srgb_range)(count, rgb, rgb);
    for (int64_t i = 0; i < count; ++i) levels[first + i] = 255 * rgb[3 * i + 1];
  });
}

template void picture_lightness(Cpu, int64_t, int64_t, const uint8_t*, float, float*);
template void picture_lightness(Cpu, int64_t, int64_t, const uint16_t*, float, float*);

}  // namespace huegrad
#endif
