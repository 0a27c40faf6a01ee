// Memory-bound: one vector load and store per element, split over threads.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/relu.cpp"
#include "kernels/relu.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void relu_forward_range(int64_t size, const float* x, float* y) {
  const hn::ScalableTag<float> d;
  const auto zero = hn::Zero(d);
  int64_t i = 0;
  for (; i + int64_t(hn::Lanes(d)) <= size; i += hn::Lanes(d)) {
    const auto value = hn::LoadU(d, x + i);
    hn::StoreU(hn::IfThenElseZero(hn::Gt(value, zero), value), d, y + i);
  }
  for (; i < size; ++i) y[i] = x[i] > 0 ? x[i] : 0;
}

void relu_backward_range(int64_t size, const float* y, const float* dy, float* dx) {
  const hn::ScalableTag<float> d;
  const auto zero = hn::Zero(d);
  int64_t i = 0;
  for (; i + int64_t(hn::Lanes(d)) <= size; i += hn::Lanes(d)) {
    const auto positive = hn::Gt(hn::LoadU(d, y + i), zero);
    hn::StoreU(hn::IfThenElseZero(positive, hn::LoadU(d, dy + i)), d, dx + i);
  }
  for (; i < size; ++i) dx[i] = y[i] > 0 ? dy[i] : 0;
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(relu_forward_range);
HWY_EXPORT(relu_backward_range);

void relu_forward(Cpu, int64_t size, const float* x, float* y) {
  parallel_for(0, size, kElementwiseGrain, [&](int64_t first, int64_t last) {
    HWY_DYNAMIC_DISPATCH(relu_forward_range)(last - first, x + first, y + first);
  });
}

void relu_backward(Cpu, int64_t size, const float* y, const float* dy, float* dx) {
  parallel_for(0, size, kElementwiseGrain, [&](int64_t first, int64_t last) {
    HWY_DYNAMIC_DISPATCH(relu_backward_range)(last - first, y + first, dy + first, dx + first);
  });
}

}  // namespace huegrad
#endif
