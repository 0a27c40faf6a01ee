// Memory-bound: one vector at a time, split over threads.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/add.cpp"
#include "kernels/add.h"

#include <algorithm>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void add_range(int64_t size, const float* a, const float* b, float* y) {
  for_each_vector(size, [=](auto d, int64_t i) HWY_ATTR {
    hn::StoreU(hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, y + i);
  });
}

void scale_range(int64_t size, float factor, const float* x, float* y) {
  for_each_vector(size, [=](auto d, int64_t i) HWY_ATTR {
    hn::StoreU(hn::Mul(hn::Set(d, factor), hn::LoadU(d, x + i)), d, y + i);
  });
}

void blend_range(int64_t size, float keep, float rate, const float* x, float* y) {
  for_each_vector(size, [=](auto d, int64_t i) HWY_ATTR {
    const auto kept = hn::Mul(hn::Set(d, keep), hn::LoadU(d, y + i));
    hn::StoreU(hn::MulAdd(hn::Set(d, rate), hn::LoadU(d, x + i), kept), d, y + i);
  });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(add_range);
HWY_EXPORT(scale_range);
HWY_EXPORT(blend_range);

void add(Cpu, int64_t size, const float* a, const float* b, float* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(add_range), a, b, y);
}

void scale(Cpu, int64_t size, double factor, const float* x, float* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(scale_range), float(factor), x, y);
}

void blend(Cpu, int64_t size, double rate, const float* x, float* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(blend_range), float(1 - rate), float(rate), x, y);
}

void scale_by(Cpu cpu, int64_t size, const float* factor, float* x) {
  if (*factor != 1) scale(cpu, size, double(*factor), x, x);
}

void fill(Cpu, int64_t size, double value, float* y) {
  parallel_for(0, size, kElementwiseGrain,
               [=](int64_t first, int64_t last) { std::fill(y + first, y + last, float(value)); });
}

void fill(Cpu cpu, int64_t size, const float* value, float* y) { fill(cpu, size, double(*value), y); }

}  // namespace huegrad
#endif
