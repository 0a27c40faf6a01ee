// exp(-|x|) never overflows; for negative x the fraction is extended by exp(x).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sigmoid.cpp"
#include "kernels/sigmoid.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/exp-inl.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void sigmoid_forward_range(int64_t size, const float* x, float* y) {
  for_each_vector(size, [=](auto d, int64_t i) HWY_ATTR {
    const auto value = hn::LoadU(d, x + i), one = hn::Set(d, 1.0f);
    const auto e = exp_nonpositive(d, hn::Neg(hn::Abs(value)));
    const auto numerator = hn::IfThenElse(hn::Ge(value, hn::Zero(d)), one, e);
    hn::StoreU(hn::Div(numerator, hn::Add(one, e)), d, y + i);
  });
}

void sigmoid_backward_range(int64_t size, const float* y, const float* dy, float* dx) {
  for_each_vector(size, [=](auto d, int64_t i) HWY_ATTR {
    const auto value = hn::LoadU(d, y + i);
    const auto slope = hn::Mul(value, hn::Sub(hn::Set(d, 1.0f), value));
    hn::StoreU(hn::Mul(hn::LoadU(d, dy + i), slope), d, dx + i);
  });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(sigmoid_forward_range);
HWY_EXPORT(sigmoid_backward_range);

void sigmoid_forward(Cpu, int64_t size, const float* x, float* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(sigmoid_forward_range), x, y);
}

void sigmoid_backward(Cpu, int64_t size, const float* y, const float* dy, float* dx) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(sigmoid_backward_range), y, dy, dx);
}

}  // namespace huegrad
#endif
