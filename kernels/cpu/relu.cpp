// Memory-bound: one vector load and store per element, split over threads.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/relu.cpp"
#include "kernels/relu.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/add_rows.h"
#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/fixed_sums.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void relu_forward_range(int64_t size, const float* x, float* y) {
  for_each_vector(size, [=](auto d, int64_t i) HWY_ATTR {
    const auto value = hn::LoadU(d, x + i);
    hn::StoreU(hn::IfThenElseZero(hn::Gt(value, hn::Zero(d)), value), d, y + i);
  });
}

void relu_backward_range(int64_t size, const float* y, const float* dy, float* dx) {
  for_each_vector(size, [=](auto d, int64_t i) HWY_ATTR {
    const auto positive = hn::Gt(hn::LoadU(d, y + i), hn::Zero(d));
    hn::StoreU(hn::IfThenElseZero(positive, hn::LoadU(d, dy + i)), d, dx + i);
  });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(relu_forward_range);
HWY_EXPORT(relu_backward_range);

void relu_forward(Cpu, int64_t size, const float* x, float* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(relu_forward_range), x, y);
}

void relu_backward(Cpu, int64_t size, const float* y, const float* dy, float* dx) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(relu_backward_range), y, dy, dx);
}

// A few rows at a time: the sums find dx in the first cache.
void relu_backward_bias(Cpu, int64_t rows, int64_t channels, const float* y, const float* dy, float* dx,
                        float* db) {
  const int64_t few = std::max<int64_t>(1, row_grain(channels) / 4);
  const auto totals =
      sum_in_blocks(rows, row_grain(channels), channels, [&](int64_t first, int64_t last, double* block) {
        for (int64_t row = first; row < last; row += few) {
          const int64_t count = std::min(few, last - row), begin = row * channels;
          HWY_DYNAMIC_DISPATCH(relu_backward_range)(count * channels, y + begin, dy + begin, dx + begin);
          add_rows(count, channels, dx + begin, block);
        }
      });
  for (int64_t c = 0; c < channels; ++c) db[c] = float(totals[c]);
}

}  // namespace huegrad
#endif
