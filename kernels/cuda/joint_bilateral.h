// Joint bilateral upsampling (paper Eq. (5)) for a block of kBlock x kBlock output pixels. The block's
// windows overlap almost wholly, so it stages their union once in shared memory: low-resolution colours and
// the guide at their centres. A window that is too large for that is read from memory.
#pragma once
#include "kernels/cuda/storage.h"
#include "kernels/joint_bilateral_upsample.h"

namespace huegrad::cuda {

constexpr int kBlock = 16;
constexpr int kMostStaged = 4096;  // low-resolution pixels: 48 KiB with two colours and the guide

// Below this sum of weights every weight is close to underflow: it is taken relative to the largest instead.
constexpr float kSmallSum = 1e-12f;

// The low-resolution pixels [first, last] that output pixel p uses along one axis.
struct Window {
  int first, last;
};
__device__ __forceinline__ Window window_of(int p, int high, int low, int radius) {
  const int center = int(nearest_pixel(p, high, low));
  return {center - radius < 0 ? 0 : center - radius, center + radius >= low ? low - 1 : center + radius};
}

// The place of pixel p among the low-resolution pixels of its axis.
__device__ __forceinline__ float low_place(int p, int high, int low) {
  return (float(p) + 0.5f) * float(low) / float(high) - 0.5f;
}

struct JointBilateralFactors {
  float spatial, range;  // of squared distances in the exponent
};
inline JointBilateralFactors joint_bilateral_factors(const JointBilateralShape& s) {
  return {float(-1 / (2 * s.sigma_spatial * s.sigma_spatial)),
          float(-1 / (2 * s.sigma_range * s.sigma_range))};
}

// One output pixel (row, column) whose guide value is `own`. guide_at(q_row, q_column) is the guide at a
// low-resolution pixel's centre.
template <class GuideAt>
struct JointBilateralPixel {
  const JointBilateralShape& s;
  JointBilateralFactors factors;
  int row, column;
  float own;
  GuideAt guide_at;
  Window rows, columns;
  float low_row, low_column;

  __device__ JointBilateralPixel(const JointBilateralShape& shape, const JointBilateralFactors& exponents,
                                 int y, int x, float own_guide, const GuideAt& at)
      : s(shape),
        factors(exponents),
        row(y),
        column(x),
        own(own_guide),
        guide_at(at),
        rows(window_of(y, int(shape.high_height), int(shape.low_height), int(shape.radius))),
        columns(window_of(x, int(shape.high_width), int(shape.low_width), int(shape.radius))),
        low_row(low_place(y, int(shape.high_height), int(shape.low_height))),
        low_column(low_place(x, int(shape.high_width), int(shape.low_width))) {}

  __device__ __forceinline__ float log_weight(int q_row, int q_column) const {
    const float dy = low_row - float(q_row), dx = low_column - float(q_column);
    const float difference = own - guide_at(q_row, q_column);
    return (dy * dy + dx * dx) * factors.spatial + difference * difference * factors.range;
  }

  // Calls visit(q_row, q_column, weight relative to exp(largest)).
  template <class Visit>
  __device__ __forceinline__ void for_each_tap(float largest, const Visit& visit) const {
    for (int q_row = rows.first; q_row <= rows.last; ++q_row)
      for (int q_column = columns.first; q_column <= columns.last; ++q_column)
        visit(q_row, q_column, __expf(log_weight(q_row, q_column) - largest));
  }

  __device__ float largest_log_weight() const {
    float largest = -INFINITY;
    for (int q_row = rows.first; q_row <= rows.last; ++q_row)
      for (int q_column = columns.first; q_column <= columns.last; ++q_column)
        largest = fmaxf(largest, log_weight(q_row, q_column));
    return largest;
  }
};

// A block's window in shared memory: `planes` values for each low-resolution pixel.
struct StagedWindow {
  Window rows, columns;
  __device__ __forceinline__ int width() const { return columns.last - columns.first + 1; }
  __device__ __forceinline__ int size() const { return width() * (rows.last - rows.first + 1); }
  __device__ __forceinline__ int at(int q_row, int q_column) const {
    return (q_row - rows.first) * width() + q_column - columns.first;
  }
};

__device__ __forceinline__ StagedWindow block_window(const JointBilateralShape& s, int first_row,
                                                     int first_column) {
  const int last_row = min(first_row + kBlock, int(s.high_height)) - 1;
  const int last_column = min(first_column + kBlock, int(s.high_width)) - 1;
  const int height = int(s.high_height), width = int(s.high_width), radius = int(s.radius);
  return {{window_of(first_row, height, int(s.low_height), radius).first,
           window_of(last_row, height, int(s.low_height), radius).last},
          {window_of(first_column, width, int(s.low_width), radius).first,
           window_of(last_column, width, int(s.low_width), radius).last}};
}

// The most low-resolution pixels that a block's window can hold.
inline int64_t most_staged(const JointBilateralShape& s) {
  const auto extent = [&](int64_t low, int64_t high) {
    return std::min(low, (kBlock - 1) * low / high + 2 + 2 * s.radius);
  };
  return extent(s.low_height, s.high_height) * extent(s.low_width, s.high_width);
}

inline dim3 joint_bilateral_grid(const JointBilateralShape& s) {
  return dim3(unsigned((s.high_width + kBlock - 1) / kBlock), unsigned((s.high_height + kBlock - 1) / kBlock),
              unsigned(s.batch));
}

}  // namespace huegrad::cuda
