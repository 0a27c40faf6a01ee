#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/narrow.cpp"
#include "kernels/cpu/narrow.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <vector>

#include "kernels/cpu/cache.h"
#include "kernels/cpu/fixed_sums.h"
#include "kernels/cpu/gemm_tile-inl.h"
#include "kernels/cpu/scratch.h"
#include "kernels/parallel.h"

#ifndef HUEGRAD_NARROW_ROWS
#define HUEGRAD_NARROW_ROWS
namespace huegrad {

constexpr int64_t kSide = 3, kTaps = kSide * kSide;
constexpr int64_t kMostLanes = 16;  // of any instruction set: channels come in multiples of it

// The pixels that a row of outputs reads, with the zeros around them.
class PaddedRows {
 public:
  explicit PaddedRows(const Conv2dShape& s)
      : s_(s), width_((s.out_width() - 1) * s.stride + (kSide - 1) * s.dilation + 1) {
    thread_local Scratch scratch;
    rows_ = scratch.floats(kSide * width_);
  }

  // For row `row` of all images' outputs.
  void load(int64_t row, const float* x) {
    const int64_t image = row / s_.out_height(), p = row % s_.out_height();
    for (int64_t r = 0; r < kSide; ++r) {
      float* to = rows_ + r * width_;
      const int64_t y = p * s_.stride + r * s_.dilation - s_.padding;
      std::fill_n(to, width_, 0.0f);
      if (y < 0 || y >= s_.in_height) continue;
      const int64_t count = std::min(s_.in_width, width_ - s_.padding);
      if (count > 0) std::copy_n(x + (image * s_.in_height + y) * s_.in_width, count, to + s_.padding);
    }
  }
  // What output 0 reads at a tap; output q reads q * stride further.
  const float* tap(int64_t t) const { return rows_ + t / kSide * width_ + t % kSide * s_.dilation; }

 private:
  const Conv2dShape& s_;
  int64_t width_;
  float* rows_;
};

}  // namespace huegrad
#endif

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

// Positions that are computed at a time: their sums stay in registers.
constexpr int kPositions = kLanes == 1 ? 2 : 8;

// Outputs [q, q + kCount) of a row, channels [k, k + kLanes); w (taps, out_channels).
template <int kCount>
HWY_INLINE void forward_positions(const Conv2dShape& s, const PaddedRows& rows, int64_t q, int64_t k,
                                  const float* w, const Conv2dEpilogue<float>& epilogue, bool streamed,
                                  float* y) {
  Vector sum[kCount];
#pragma GCC unroll 8
  for (int i = 0; i < kCount; ++i) sum[i] = hn::Zero(kTag);
  int64_t t = 0;
  do {
    const float* x = rows.tap(t) + q * s.stride;
    const Vector weight = hn::LoadU(kTag, w + t * s.out_channels + k);
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i) sum[i] = hn::MulAdd(hn::Set(kTag, x[i * s.stride]), weight, sum[i]);
  } while (++t < kTaps);
#pragma GCC unroll 8
  for (int i = 0; i < kCount; ++i)
    store(finish(epilogue, k, sum[i]), streamed, y + (q + i) * s.out_channels + k);
}

void forward_rows(const Conv2dShape& s, const float* x, const float* w, const Conv2dEpilogue<float>& epilogue,
                  bool streamed, float* y, int64_t first, int64_t last) {
  PaddedRows rows(s);
  const int64_t width = s.out_width();
  for (int64_t row = first; row < last; ++row) {
    rows.load(row, x);
    float* to = y + row * width * s.out_channels;
    for (int64_t q = 0; q < width;) {
      const bool many = q + kPositions <= width;
      for (int64_t k = 0; k < s.out_channels; k += kLanes)
        many ? forward_positions<kPositions>(s, rows, q, k, w, epilogue, streamed, to)
             : forward_positions<1>(s, rows, q, k, w, epilogue, streamed, to);
      q += many ? kPositions : 1;
    }
  }
  if (streamed) hwy::FlushStream();
}

// Positions ahead that are called to the caches: one vector of each is read at a time.
constexpr int64_t kPositionsAhead = 16;

// Adds rows [first, last) to total (taps, out_channels). A row is summed in float, rows in double.
void add_weight_gradient(const Conv2dShape& s, const float* x, const float* dy, int64_t first, int64_t last,
                         double* total) {
  PaddedRows rows(s);
  const int64_t width = s.out_width();
  for (int64_t row = first; row < last; ++row) {
    rows.load(row, x);
    for (int64_t k = 0; k < s.out_channels; k += kLanes) {
      const float *gradient = dy + row * width * s.out_channels + k, *pixel[kTaps];
      Vector sum[kTaps];
#pragma GCC unroll 9
      for (int t = 0; t < kTaps; ++t) {
        sum[t] = hn::Zero(kTag);
        pixel[t] = rows.tap(t);
      }
      int64_t q = 0;
      do {
        const Vector value = hn::LoadU(kTag, gradient + q * s.out_channels);
        hwy::Prefetch(gradient + (q + kPositionsAhead) * s.out_channels);
#pragma GCC unroll 9
        for (int t = 0; t < kTaps; ++t)
          sum[t] = hn::MulAdd(hn::Set(kTag, pixel[t][q * s.stride]), value, sum[t]);
      } while (++q < width);
      HWY_ALIGN float lanes[kLanes];
      for (int t = 0; t < kTaps; ++t) {
        hn::Store(sum[t], kTag, lanes);
        for (int64_t i = 0; i < kLanes; ++i) total[t * s.out_channels + k + i] += double(lanes[i]);
      }
    }
  }
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(forward_rows);
HWY_EXPORT(add_weight_gradient);

bool narrow_suits(const Conv2dShape& s) {
  return s.in_channels == 1 && s.kernel_height == kSide && s.kernel_width == kSide &&
         s.out_channels % kMostLanes == 0;
}

void narrow_forward(const Conv2dShape& s, const float* x, const float* w,
                    const Conv2dEpilogue<float>& epilogue, float* y) {
  std::vector<float> taps(size_t(s.weight_size()));
  for (int64_t k = 0; k < s.out_channels; ++k)
    for (int64_t t = 0; t < kTaps; ++t) taps[size_t(t * s.out_channels + k)] = w[k * kTaps + t];
  const bool streamed = s.output_size() > kCachedFloats && begins_cache_line(y);
  parallel_for(0, s.batch * s.out_height(), 1, [&](int64_t first, int64_t last) {
    HWY_DYNAMIC_DISPATCH(forward_rows)(s, x, taps.data(), epilogue, streamed, y, first, last);
  });
}

void narrow_backward_weight(const Conv2dShape& s, const float* x, const float* dy, float* dw) {
  constexpr int64_t kLeastRows = 4;
  const std::vector<double> total =
      sum_in_blocks(s.batch * s.out_height(), kLeastRows, s.weight_size(),
                    [&](int64_t first, int64_t last, double* totals) {
                      HWY_DYNAMIC_DISPATCH(add_weight_gradient)(s, x, dy, first, last, totals);
                    });
  for (int64_t k = 0; k < s.out_channels; ++k)
    for (int64_t t = 0; t < kTaps; ++t) dw[k * kTaps + t] = float(total[size_t(t * s.out_channels + k)]);
}

}  // namespace huegrad
#endif
