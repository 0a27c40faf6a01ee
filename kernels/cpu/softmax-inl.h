// Exponentials of one row, shared by the kernels that take a softmax. Compiled once per instruction set.
#if defined(HUEGRAD_KERNELS_CPU_SOFTMAX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HUEGRAD_KERNELS_CPU_SOFTMAX_INL_H_
#undef HUEGRAD_KERNELS_CPU_SOFTMAX_INL_H_
#else
#define HUEGRAD_KERNELS_CPU_SOFTMAX_INL_H_
#endif

#include "kernels/cpu/exp-inl.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

// e[q] = exp((z[q] - largest) * factor) with factor > 0; returns their sum. As largest is the largest z,
// nothing overflows; what underflows is zero.
HWY_INLINE float exponentials(int64_t size, const float* z, float largest, float factor, float* e) {
  VectorSum<float> sum;
  for_each_vector(size, [&](auto d, int64_t q) HWY_ATTR {
    const auto difference = hn::Sub(hn::LoadU(d, z + q), hn::Set(d, largest));
    const auto value = exp_nonpositive(d, hn::Mul(difference, hn::Set(d, factor)));
    hn::StoreU(value, d, e + q);
    sum.add(d, value);
  });
  return sum.total();
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
