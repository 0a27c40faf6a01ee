// Joint bilateral upsampling (paper Eq. (5)) for a block of kBlock x kBlock output pixels. The block's
// windows overlap almost wholly, so it stages their union once in shared memory: low-resolution colours and
// the guide at their centres. A window that is too large for that is read from memory.
//
// What counts is the instructions of a tap. Its weight is one power of two, whose exponent takes a load,
// three differences and three multiply-adds; then there are an addition and a multiply-add for each colour.
#pragma once
#include "kernels/cuda/rows.h"
#include "kernels/joint_bilateral_upsample.h"

namespace huegrad::cuda {

constexpr int kBlock = 16;
constexpr int kMostStaged = 3072;  // low-resolution pixels: 48 KiB

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

// The output pixels [first, last] along one axis whose windows hold low-resolution pixel q: those p with
// q - radius <= nearest_pixel(p, high, low) <= q + radius.
__device__ __forceinline__ Window users_of(int q, int64_t low, int64_t high, int64_t radius) {
  // (2 p + 1) low >= 2 high n, that is nearest_pixel(p) >= n, begins at the p that this rounds up to.
  const auto first_from = [&](int64_t n) {
    const int64_t excess = 2 * high * n - low, first = (excess + 2 * low - 1) / (2 * low);
    return excess <= 0 ? 0 : int(first < high ? first : high);
  };
  return {first_from(q - radius), first_from(q + radius + 1) - 1};
}

// The place of pixel p among the low-resolution pixels of its axis.
__device__ __forceinline__ float low_place(int p, int high, int low) {
  return (float(p) + 0.5f) * (float(low) / float(high)) - 0.5f;
}

// Of squared distances in the exponent of a power of two, which the hardware has.
struct JointBilateralFactors {
  float spatial, range;
};
inline JointBilateralFactors joint_bilateral_factors(const JointBilateralShape& s) {
  const auto factor = [](double sigma) { return float(-kLog2OfE / (2 * sigma * sigma)); };
  return {factor(s.sigma_spatial), factor(s.sigma_range)};
}

// A low-resolution pixel: the guide at its centre and two of its colours, in one load.
constexpr int kTapColors = 2;
struct alignas(16) Tap {
  float guide, colors[kTapColors];
};

struct JointBilateralSums {
  float weight, colors[kTapColors];
};

// One output pixel (row, column) whose guide value is `own`. Taps come from lines(q_row)(q_column), which is
// a load where they are staged and hundreds of instructions where they are not.
template <bool staged>
class JointBilateralPixel {
 public:
  __device__ __forceinline__ JointBilateralPixel(const JointBilateralShape& s,
                                                 const JointBilateralFactors& factors, int row, int column,
                                                 float own)
      : factors_(factors),
        own_(own),
        rows_(window_of(row, int(s.high_height), int(s.low_height), int(s.radius))),
        columns_(window_of(column, int(s.high_width), int(s.low_width), int(s.radius))),
        low_row_(low_place(row, int(s.high_height), int(s.low_height))),
        low_column_(low_place(column, int(s.high_width), int(s.low_width))) {}

  // Sums of weights relative to 2^largest.
  template <class Lines>
  __device__ __forceinline__ JointBilateralSums sums(const Lines& lines, float largest) const {
    JointBilateralSums sums{};
    for_each_tap(lines, largest, [&](const Tap& tap, float exponent) {
      const float weight = exp2_approx(exponent);
      sums.weight += weight;
#pragma unroll
      for (int c = 0; c < kTapColors; ++c) sums.colors[c] += weight * tap.colors[c];
    });
    return sums;
  }

  template <class Lines>
  __device__ __forceinline__ float largest_exponent(const Lines& lines) const {
    float largest = -INFINITY;
    for_each_tap(lines, 0, [&](const Tap&, float exponent) { largest = fmaxf(largest, exponent); });
    return largest;
  }

  // The same relative to 1 or, where all of them are close to underflow, to the largest.
  template <class Lines>
  __device__ __forceinline__ JointBilateralSums sums(const Lines& lines) const {
    const JointBilateralSums plain = sums(lines, 0);
    return plain.weight < kSmallSum ? sums(lines, largest_exponent(lines)) : plain;
  }

 private:
  // Calls visit(tap, exponent less `largest`).
  template <class Lines, class Visit>
  __device__ __forceinline__ void for_each_tap(const Lines& lines, float largest, const Visit& visit) const {
    for (int q_row = rows_.first; q_row <= rows_.last; ++q_row) {
      const auto line = lines(q_row);
      const float dy = low_row_ - float(q_row), of_row = dy * dy * factors_.spatial - largest;
      float dx = low_column_ - float(columns_.first);
#pragma unroll(staged ? 4 : 1)
      for (int q_column = columns_.first; q_column <= columns_.last; ++q_column, dx -= 1) {
        const Tap tap = line(q_column);
        const float difference = own_ - tap.guide;
        visit(tap, dx * dx * factors_.spatial + of_row + difference * difference * factors_.range);
      }
    }
  }

  JointBilateralFactors factors_;
  float own_;
  Window rows_, columns_;
  float low_row_, low_column_;
};

// A block's window: the low-resolution pixels that its pixels use, row by row.
struct StagedWindow {
  Window rows, columns;
  __device__ __forceinline__ int width() const { return columns.last - columns.first + 1; }
  __device__ __forceinline__ int size() const { return width() * (rows.last - rows.first + 1); }

  // Calls visit(tap, q_row, q_column) for those that are the thread's to fill.
  template <class Visit>
  __device__ __forceinline__ void for_each(Tap* taps, const Visit& visit) const {
    const int across = width(), count = size();
#pragma unroll 1  // mostly once; what visit does can be hundreds of instructions
    for (int i = int(threadIdx.x); i < count; i += kBlock * kBlock)
      visit(taps[i], rows.first + i / across, columns.first + i % across);
  }
  // As JointBilateralPixel takes them.
  __device__ __forceinline__ auto lines(const Tap* taps) const {
    return [=, *this](int q_row) {
      const Tap* line = taps + (q_row - rows.first) * width() - columns.first;
      return [=](int q_column) { return line[q_column]; };
    };
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

// The most low-resolution pixels that a block's window can hold, and whether they are staged.
inline int64_t most_staged(const JointBilateralShape& s) {
  const auto extent = [&](int64_t low, int64_t high) {
    return std::min(low, (kBlock - 1) * low / high + 2 + 2 * s.radius);
  };
  return extent(s.low_height, s.high_height) * extent(s.low_width, s.high_width);
}
inline bool is_staged(const JointBilateralShape& s) { return most_staged(s) <= kMostStaged; }
inline size_t staged_bytes(const JointBilateralShape& s) {
  return is_staged(s) ? size_t(most_staged(s)) * sizeof(Tap) : 0;
}

inline dim3 joint_bilateral_grid(const JointBilateralShape& s) {
  return dim3(unsigned((s.high_width + kBlock - 1) / kBlock), unsigned((s.high_height + kBlock - 1) / kBlock),
              unsigned(s.batch));
}

}  // namespace huegrad::cuda
