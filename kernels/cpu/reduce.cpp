#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/reduce.cpp"
#include "kernels/reduce.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/add_rows.h"
#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/fixed_sums.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

double sum_range(int64_t size, const float* x) {
  VectorSum<double> total;
  for_each_double_vector(size, [&](auto d, int64_t i) HWY_ATTR { total.add(d, load_double(d, x + i)); });
  return total.total();
}

double sum_squares_range(int64_t size, const float* x) {
  VectorSum<double> total;
  for_each_double_vector(size, [&](auto d, int64_t i) HWY_ATTR {
    const auto value = load_double(d, x + i);
    total.add(d, hn::Mul(value, value));
  });
  return total.total();
}

void sum_rows_range(int64_t rows, int64_t channels, const float* x, double* totals) {
  for (int64_t i = 0; i < rows; ++i, x += channels)
    for_each_double_vector(channels, [=](auto d, int64_t c) HWY_ATTR {
      hn::StoreU(hn::Add(hn::LoadU(d, totals + c), load_double(d, x + c)), d, totals + c);
    });
}

// The first place of `value` among size values, or size - 1 where it is nowhere (NaN).
int64_t first_place(int64_t size, const float* x, float value) {
  const hn::ScalableTag<float> d;
  const auto lanes = int64_t(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= size; i += lanes) {
    const intptr_t lane = hn::FindFirstTrue(d, hn::Eq(hn::LoadU(d, x + i), hn::Set(d, value)));
    if (lane >= 0) return i + lane;
  }
  while (i + 1 < size && x[i] != value) ++i;
  return i < size ? i : size - 1;
}

void argmax_channels_range(int64_t rows, int64_t channels, const float* x, int32_t* index) {
  for (int64_t i = 0; i < rows; ++i, x += channels)
    index[i] = int32_t(first_place(channels, x, max_of(channels, x)));
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(sum_range);
HWY_EXPORT(sum_squares_range);
HWY_EXPORT(sum_rows_range);
HWY_EXPORT(argmax_channels_range);

void sum(Cpu, int64_t size, const float* x, float* y) {
  *y = float(sum_in_blocks(size, kElementwiseGrain, 1, [&](int64_t first, int64_t last, double* total) {
    *total = HWY_DYNAMIC_DISPATCH(sum_range)(last - first, x + first);
  })[0]);
}

void sum_squares(Cpu, int64_t size, const float* x, float* y) {
  *y = float(sum_in_blocks(size, kElementwiseGrain, 1, [&](int64_t first, int64_t last, double* total) {
    *total = HWY_DYNAMIC_DISPATCH(sum_squares_range)(last - first, x + first);
  })[0]);
}

void add_rows(int64_t rows, int64_t channels, const float* x, double* totals) {
  HWY_DYNAMIC_DISPATCH(sum_rows_range)(rows, channels, x, totals);
}

void sum_rows(Cpu, int64_t rows, int64_t channels, const float* x, float* y) {
  const auto totals =
      sum_in_blocks(rows, row_grain(channels), channels, [&](int64_t first, int64_t last, double* block) {
        add_rows(last - first, channels, x + first * channels, block);
      });
  for (int64_t c = 0; c < channels; ++c) y[c] = float(totals[c]);
}

void argmax_channels(Cpu, int64_t rows, int64_t channels, const float* x, int32_t* index) {
  parallel_for(0, rows, row_grain(channels), [&](int64_t first, int64_t last) {
    HWY_DYNAMIC_DISPATCH(argmax_channels_range)
    (last - first, channels, x + first * channels, index + first);
  });
}

}  // namespace huegrad
#endif
