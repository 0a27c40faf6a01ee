// Where many output pixels lie in one low-resolution pixel, a cell, as in a photograph, their windows are the
// same, and a lane is a pixel: full vectors whatever the window is, and one exponential and two products for
// each tap.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/joint_bilateral_cells.cpp"
#include <algorithm>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "kernels/cpu/cache.h"
#include "kernels/cpu/joint_bilateral_window-inl.h"
#include "kernels/cpu/scratch.h"
#include "kernels/parallel.h"

#ifndef HUEGRAD_JOINT_BILATERAL_CELLS
#define HUEGRAD_JOINT_BILATERAL_CELLS
namespace huegrad {

// One axis: the output pixels of a cell, and the taps of their window.
struct CellAxis {
  int64_t first, last;          // output pixels, first..last-1
  int64_t first_tap, last_tap;  // low-resolution pixels, inclusive
  int64_t center;               // the cell itself

  CellAxis(int64_t cell, int64_t low, int64_t high, int64_t radius)
      : first(first_pixel(cell, low, high)),
        last(first_pixel(cell + 1, low, high)),
        first_tap(std::max<int64_t>(0, cell - radius)),
        last_tap(std::min(low - 1, cell + radius)),
        center(cell) {}

  int64_t taps() const { return last_tap - first_tap + 1; }
  // p_low relative to the cell.
  float offset(int64_t p, int64_t low, int64_t high) const {
    return float(low_place(p, low, high) - double(center));
  }

  // The first output pixel with nearest_pixel(p, high, low) >= cell.
  static int64_t first_pixel(int64_t cell, int64_t low, int64_t high) {
    return (2 * high * cell + low - 1) / (2 * low);
  }
};

struct Cell {
  int64_t image;
  CellAxis rows, columns;
};

}  // namespace huegrad
#endif

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

// Up to a vector of pixels of a cell, and what their window weighs: rows as factors, columns as base-2
// logarithms, a vector for each tap.
struct CellPixels {
  int64_t count = 0;
  int64_t* place;  // in the output
  float *guide, *row_offset, *column_offset;
  float *row_weights, *column_weights;
};

HWY_INLINE void set_weights(const Cell& cell, float spatial_scale, const CellPixels& pixels) {
  const Tag d;
  const auto lanes = int64_t(hn::Lanes(d));
  const Vec scale = hn::Set(d, -spatial_scale), rows = hn::Load(d, pixels.row_offset),
            columns = hn::Load(d, pixels.column_offset);
  const auto log_weight = [&](Vec offset, int64_t tap) HWY_ATTR {
    const Vec distance = hn::Sub(offset, hn::Set(d, float(tap)));
    return hn::Mul(scale, hn::Mul(distance, distance));
  };
  for (int64_t i = 0; i < cell.rows.taps(); ++i)
    hn::Store(exp2_negative(log_weight(rows, cell.rows.first_tap - cell.rows.center + i)), d,
              pixels.row_weights + i * lanes);
  for (int64_t i = 0; i < cell.columns.taps(); ++i)
    hn::Store(log_weight(columns, cell.columns.first_tap - cell.columns.center + i), d,
              pixels.column_weights + i * lanes);
}

struct PixelSums {
  Vec k, a, b;
};

// Sums of the weights and of two weighted channels. The planes begin at the window's first tap.
HWY_INLINE PixelSums sum_pixels(const Cell& cell, const CellPixels& pixels, int64_t stride,
                                const float* HWY_RESTRICT guide, const float* HWY_RESTRICT a,
                                const float* HWY_RESTRICT b) {
  const Tag d;
  const auto lanes = int64_t(hn::Lanes(d));
  const Vec own = hn::Load(d, pixels.guide), zero = hn::Zero(d);
  PixelSums sums{zero, zero, zero};
  for (int64_t row = 0; row < cell.rows.taps(); ++row, guide += stride, a += stride, b += stride) {
    Vec row_k = zero, row_a = zero, row_b = zero;
    for (int64_t i = 0; i < cell.columns.taps(); ++i) {
      const Vec difference = hn::Sub(own, hn::Set(d, guide[i]));
      const Vec spatial = hn::Load(d, pixels.column_weights + i * lanes);
      const Vec weight = exp2_negative(hn::NegMulAdd(difference, difference, spatial));
      row_k = hn::Add(row_k, weight);
      row_a = hn::MulAdd(weight, hn::Set(d, a[i]), row_a);
      row_b = hn::MulAdd(weight, hn::Set(d, b[i]), row_b);
    }
    const Vec factor = hn::Load(d, pixels.row_weights + row * lanes);
    sums.k = hn::MulAdd(factor, row_k, sums.k);
    sums.a = hn::MulAdd(factor, row_a, sums.a);
    sums.b = hn::MulAdd(factor, row_b, sums.b);
  }
  return sums;
}

// The pixels' colours into y (high_height, high_width, channels).
HWY_INLINE void upsample_pixels(const JointBilateralShape& s, const JointBilateralPlanes& planes,
                                const Cell& cell, const CellPixels& pixels, float* y) {
  const Tag d;
  set_weights(cell, planes.spatial_scale, pixels);
  const float* guide = planes.guide.data() + cell.image * planes.plane_size;
  const int64_t first = cell.rows.first_tap * planes.stride + cell.columns.first_tap + s.radius;
  HWY_ALIGN float k[hn::MaxLanes(d)], a[hn::MaxLanes(d)], b[hn::MaxLanes(d)];
  for (int64_t c = 0; c < s.channels; c += 2) {  // the last of an odd number is computed twice
    const int64_t next = std::min(c + 1, s.channels - 1);
    const float *a_plane = planes.channel(cell.image, c), *b_plane = planes.channel(cell.image, next);
    const PixelSums sums =
        sum_pixels(cell, pixels, planes.stride, guide + first, a_plane + first, b_plane + first);
    hn::Store(sums.k, d, k);
    hn::Store(hn::Div(sums.a, sums.k), d, a);
    hn::Store(hn::Div(sums.b, sums.k), d, b);
    for (int64_t i = 0; i < pixels.count; ++i) {
      const int64_t place = pixels.place[i];
      if (!(k[i] >= kLeastSum)) {
        WindowRow windows(s, planes, place / s.high_width);
        const Sums alone = sum_window(windows.at(place % s.high_width), planes, guide,
                                      pixels.guide[i] / planes.guide_scale, a_plane, b_plane);
        a[i] = alone.a / alone.k;
        b[i] = alone.b / alone.k;
      }
      y[place * s.channels + c] = a[i];
      y[place * s.channels + next] = b[i];
    }
  }
}

// guide (high_height, high_width)
void forward_cell(const JointBilateralShape& s, const JointBilateralPlanes& planes, const Cell& cell,
                  const float* guide, float* y) {
  const Tag d;
  const auto lanes = int64_t(hn::Lanes(d)), taps = 2 * s.radius + 1;
  thread_local Scratch scratch;
  float* space = scratch.floats((3 + 2 * taps) * lanes);
  std::fill_n(space, 3 * lanes, 0.0f);  // lanes that stay empty hold numbers too
  int64_t place[hn::MaxLanes(d)];
  CellPixels pixels{.place = place,
                    .guide = space,
                    .row_offset = space + lanes,
                    .column_offset = space + 2 * lanes,
                    .row_weights = space + 3 * lanes,
                    .column_weights = space + (3 + taps) * lanes};
  const auto upsample = [&] {
    upsample_pixels(s, planes, cell, pixels, y);
    pixels.count = 0;
  };
  for (int64_t row = cell.rows.first; row < cell.rows.last; ++row) {
    const float row_offset = cell.rows.offset(row, s.low_height, s.high_height);
    const int64_t next = std::min(row + 1, s.high_height - 1) * s.high_width;
    for (int64_t i = cell.columns.first; i < cell.columns.last; i += kCacheLineFloats)
      hwy::Prefetch(guide + next + i);
    for (int64_t i = cell.columns.first * s.channels; i < cell.columns.last * s.channels;
         i += kCacheLineFloats)
      hwy::Prefetch(y + next * s.channels + i);
    for (int64_t column = cell.columns.first; column < cell.columns.last; ++column) {
      const int64_t i = pixels.count++;
      place[i] = row * s.high_width + column;
      pixels.guide[i] = guide[place[i]] * planes.guide_scale;
      pixels.row_offset[i] = row_offset;
      pixels.column_offset[i] = cell.columns.offset(column, s.low_width, s.high_width);
      if (pixels.count == lanes) upsample();
    }
  }
  if (pixels.count > 0) upsample();
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(forward_cell);

void joint_bilateral_forward_cells(const JointBilateralShape& s, const JointBilateralPlanes& planes,
                                   const float* guide, float* y) {
  parallel_for(0, s.batch * s.low_height * s.low_width, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t image = i / (s.low_height * s.low_width), at = i % (s.low_height * s.low_width);
      const Cell cell{image,
                      {at / s.low_width, s.low_height, s.high_height, s.radius},
                      {at % s.low_width, s.low_width, s.high_width, s.radius}};
      const int64_t first = image * s.high_height * s.high_width;
      HWY_DYNAMIC_DISPATCH(forward_cell)(s, planes, cell, guide + first, y + first * s.channels);
    }
  });
}

}  // namespace huegrad
#endif
