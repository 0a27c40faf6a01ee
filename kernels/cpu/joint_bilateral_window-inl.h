// Joint bilateral upsampling of one pixel: lanes are the taps of a window row; a window of 13 taps fills one
// vector of 16 or two of 8. Compiled once per instruction set.
#if defined(HUEGRAD_KERNELS_CPU_JOINT_BILATERAL_WINDOW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HUEGRAD_KERNELS_CPU_JOINT_BILATERAL_WINDOW_INL_H_
#undef HUEGRAD_KERNELS_CPU_JOINT_BILATERAL_WINDOW_INL_H_
#else
#define HUEGRAD_KERNELS_CPU_JOINT_BILATERAL_WINDOW_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/cpu/joint_bilateral_upsample.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

// Least sum of weights that is trusted: far above the smallest weight, 2^-120, that stands for zero.
constexpr float kLeastSum = 1e-28f;

// 2^x for x <= 0, relative error 2.7e-6; at most 2^-120 for anything smaller: products with it are still
// normal numbers, others take a hundred times as long. Adding 1.5 * 2^23 rounds to an integer in the low bits
// of the mantissa; the rest is a minimax polynomial on -0.5..0.5.
HWY_INLINE Vec exp2_negative(Vec x) {
  const Tag d;
  const hn::RebindToSigned<Tag> di;
  const Vec magic = hn::Set(d, 12582912.0f);
  x = hn::Max(x, hn::Set(d, -120.0f));
  const Vec shifted = hn::Add(x, magic);
  const Vec f = hn::Sub(x, hn::Sub(shifted, magic));
  Vec p = hn::Set(d, 0.00957010197f);
  p = hn::MulAdd(p, f, hn::Set(d, 0.0559178608f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.240247448f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.693121815f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.999999261f));
  const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, shifted));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}

HWY_INLINE float sum_lanes(Vec v) { return hn::GetLane(hn::SumOfLanes(Tag(), v)); }

// The window of one output pixel: its rows in the planes and the logarithms (base 2) of its spatial weights.
struct Window {
  int64_t first_row, last_row;  // of the low-resolution image, inclusive
  int64_t first_column;         // of the planes: that of tap 0
  float row_place;              // p_low along y
  const float* column_weights;  // per tap, far below zero after the last
  int64_t vectors;              // that cover the taps of a row
};

// Computes windows of the pixels of one output row.
class WindowRow {
 public:
  WindowRow(const JointBilateralShape& shape, const JointBilateralPlanes& planes, int64_t y)
      : shape_(shape), spatial_scale_(planes.spatial_scale) {
    const int64_t lanes = hn::Lanes(Tag()), taps = 2 * shape.radius + 1;
    const int64_t center = nearest_pixel(y, shape.high_height, shape.low_height);
    window_.first_row = std::max<int64_t>(0, center - shape.radius);
    window_.last_row = std::min(shape.low_height - 1, center + shape.radius);
    window_.row_place = float(low_place(y, shape.low_height, shape.high_height));
    window_.vectors = (taps + lanes - 1) / lanes;
    weights_.assign(size_t(window_.vectors * lanes), -1e30f);
    window_.column_weights = weights_.data();
  }
  WindowRow(const WindowRow&) = delete;

  const Window& at(int64_t x) {
    const double place = low_place(x, shape_.low_width, shape_.high_width);
    const int64_t center = nearest_pixel(x, shape_.high_width, shape_.low_width);
    const float offset = float(place - double(center - shape_.radius));
    for (int64_t tap = 0; tap <= 2 * shape_.radius; ++tap) {
      const float distance = offset - float(tap);
      weights_[size_t(tap)] = -spatial_scale_ * distance * distance;
    }
    window_.first_column = center;
    return window_;
  }

 private:
  const JointBilateralShape& shape_;
  float spatial_scale_;
  std::vector<float> weights_;
  Window window_;
};

// Calls visit(row, lane offset, log2 of the weights) for every vector of taps of a window.
template <class Visit>
HWY_INLINE void for_each_vector(const Window& w, const JointBilateralPlanes& planes, const float* guide_plane,
                                float guide_value, float offset, Visit visit) {
  const Tag d;
  const int64_t lanes = hn::Lanes(d);
  const Vec center = hn::Set(d, guide_value * planes.guide_scale);
  for (int64_t row = w.first_row; row <= w.last_row; ++row) {
    const float distance = w.row_place - float(row);
    const Vec row_weight = hn::Set(d, -planes.spatial_scale * distance * distance - offset);
    const float* guide = guide_plane + row * planes.stride + w.first_column;
    for (int64_t i = 0; i < w.vectors * lanes; i += lanes) {
      const Vec difference = hn::Sub(center, hn::LoadU(d, guide + i));
      const Vec spatial = hn::Add(row_weight, hn::LoadU(d, w.column_weights + i));
      visit(row, i, hn::NegMulAdd(difference, difference, spatial));
    }
  }
}

// The largest logarithm of a weight: what the others are taken relative to where all are tiny.
HWY_INLINE float largest_weight(const Window& w, const JointBilateralPlanes& planes, const float* guide_plane,
                                float guide_value) {
  const Tag d;
  Vec largest = hn::Set(d, -1e30f);
  for_each_vector(w, planes, guide_plane, guide_value, 0,
                  [&](int64_t, int64_t, Vec log_weight) HWY_ATTR { largest = hn::Max(largest, log_weight); });
  return hn::GetLane(hn::MaxOfLanes(d, largest));
}

struct Sums {
  float k, a, b;
};

// Sums of the weights and of two weighted channels of one pixel, weights relative to 2^offset.
HWY_INLINE Sums sum_window(const Window& w, const JointBilateralPlanes& planes, const float* guide_plane,
                           float guide_value, float offset, const float* a_plane, const float* b_plane) {
  const Tag d;
  Vec k = hn::Zero(d), a = k, b = k;
  for_each_vector(w, planes, guide_plane, guide_value, offset, [&](int64_t row, int64_t i, Vec e) HWY_ATTR {
    const Vec weight = exp2_negative(e);
    const int64_t at = row * planes.stride + w.first_column + i;
    k = hn::Add(k, weight);
    a = hn::MulAdd(weight, hn::LoadU(d, a_plane + at), a);
    b = hn::MulAdd(weight, hn::LoadU(d, b_plane + at), b);
  });
  return {sum_lanes(k), sum_lanes(a), sum_lanes(b)};
}

// Relative to the largest weight where all are tiny.
HWY_INLINE Sums sum_window(const Window& w, const JointBilateralPlanes& planes, const float* guide_plane,
                           float guide_value, const float* a_plane, const float* b_plane) {
  const Sums sums = sum_window(w, planes, guide_plane, guide_value, 0, a_plane, b_plane);
  if (sums.k >= kLeastSum) return sums;
  const float largest = largest_weight(w, planes, guide_plane, guide_value);
  return sum_window(w, planes, guide_plane, guide_value, largest, a_plane, b_plane);
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
