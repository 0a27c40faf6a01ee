// The conversions of float_types.h on vectors, with integer arithmetic only, so that every instruction set
// gives the same bits.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/cast.cpp"
#include "kernels/cast.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

const hn::ScalableTag<float> kFloats;
const hn::RebindToSigned<decltype(kFloats)> kInts;
const hn::Rebind<uint16_t, decltype(kFloats)> kShorts;
const hn::Rebind<uint8_t, decltype(kFloats)> kBytes;
using Floats = hn::Vec<decltype(kFloats)>;
using Ints = hn::Vec<decltype(kInts)>;

HWY_INLINE Ints int_set(int32_t value) { return hn::Set(kInts, value); }

// Rounds away the lowest kBits bits, to nearest even, without shifting them out.
template <int kBits>
HWY_INLINE Ints round_to_even(Ints value) {
  const Ints odd = hn::And(hn::ShiftRight<kBits>(value), int_set(1));
  return hn::Add(value, hn::Add(int_set((1 << (kBits - 1)) - 1), odd));
}

HWY_INLINE Ints to_bfloat16(Floats x) {
  const Ints u = hn::BitCast(kInts, x), magnitude = hn::And(u, int_set(0x7fffffff));
  const Ints sign = hn::AndNot(int_set(0x7fffffff), u);
  const auto is_nan = hn::Gt(magnitude, int_set(0x7f800000));
  const Ints rounded =
      hn::IfThenElse(is_nan, hn::Or(magnitude, int_set(0x400000)), round_to_even<16>(magnitude));
  return hn::And(hn::ShiftRight<16>(hn::Or(sign, rounded)), int_set(0xffff));
}

HWY_INLINE Floats from_bfloat16(Ints bits) { return hn::BitCast(kFloats, hn::ShiftLeft<16>(bits)); }

HWY_INLINE Ints to_float16(Floats x) {
  const Ints u = hn::BitCast(kInts, x), magnitude = hn::And(u, int_set(0x7fffffff));
  const Ints sign = hn::And(hn::ShiftRight<16>(u), int_set(0x8000));
  const Ints normal = hn::ShiftRight<13>(hn::Sub(round_to_even<13>(magnitude), int_set(0x38000000)));
  const Floats shifted = hn::Add(hn::BitCast(kFloats, magnitude), hn::Set(kFloats, 0.5f));
  const Ints subnormal = hn::Sub(hn::BitCast(kInts, shifted), int_set(0x3f000000));
  const Ints nan = hn::Or(int_set(0x7e00), hn::And(hn::ShiftRight<13>(magnitude), int_set(0x3ff)));
  Ints half = hn::IfThenElse(hn::Lt(magnitude, int_set(0x38800000)), subnormal, normal);
  half = hn::IfThenElse(hn::Lt(magnitude, int_set(0x477ff000)), half, int_set(0x7c00));
  half = hn::IfThenElse(hn::Gt(magnitude, int_set(0x7f800000)), nan, half);
  return hn::Or(sign, half);
}

HWY_INLINE Floats from_float16(Ints bits) {
  const Ints magnitude = hn::And(bits, int_set(0x7fff)), shifted = hn::ShiftLeft<13>(magnitude);
  const Ints sign = hn::ShiftLeft<16>(hn::And(bits, int_set(0x8000)));
  const Floats half_more = hn::BitCast(kFloats, hn::Add(magnitude, int_set(0x3f000000)));
  const Ints subnormal = hn::BitCast(kInts, hn::Sub(half_more, hn::Set(kFloats, 0.5f)));
  Ints value =
      hn::IfThenElse(hn::Lt(magnitude, int_set(0x400)), subnormal, hn::Add(shifted, int_set(0x38000000)));
  value = hn::IfThenElse(hn::Lt(magnitude, int_set(0x7c00)), value, hn::Add(shifted, int_set(0x70000000)));
  return hn::BitCast(kFloats, hn::Or(sign, value));
}

// Calls whole(i) for each vector and returns where the rest begins.
template <class Whole>
HWY_INLINE int64_t for_each_vector(int64_t size, const Whole& whole) {
  int64_t i = 0;
  for (; i + int64_t(hn::Lanes(kFloats)) <= size; i += int64_t(hn::Lanes(kFloats))) whole(i);
  return i;
}

HWY_INLINE Ints load_shorts(const uint16_t* bits) { return hn::PromoteTo(kInts, hn::LoadU(kShorts, bits)); }

HWY_INLINE void store_shorts(Ints value, uint16_t* bits) {
  hn::StoreU(hn::DemoteTo(kShorts, value), kShorts, bits);
}

void to_bfloat16_range(int64_t size, const float* x, bfloat16* y) {
  int64_t i = for_each_vector(
      size, [&](int64_t k) HWY_ATTR { store_shorts(to_bfloat16(hn::LoadU(kFloats, x + k)), &y[k].bits); });
  for (; i < size; ++i) y[i] = bfloat16(x[i]);
}

void from_bfloat16_range(int64_t size, const bfloat16* x, float* y) {
  int64_t i = for_each_vector(
      size, [&](int64_t k) HWY_ATTR { hn::StoreU(from_bfloat16(load_shorts(&x[k].bits)), kFloats, y + k); });
  for (; i < size; ++i) y[i] = float(x[i]);
}

void to_float16_range(int64_t size, const float* x, float16* y) {
  int64_t i = for_each_vector(
      size, [&](int64_t k) HWY_ATTR { store_shorts(to_float16(hn::LoadU(kFloats, x + k)), &y[k].bits); });
  for (; i < size; ++i) y[i] = float16(x[i]);
}

void from_float16_range(int64_t size, const float16* x, float* y) {
  int64_t i = for_each_vector(
      size, [&](int64_t k) HWY_ATTR { hn::StoreU(from_float16(load_shorts(&x[k].bits)), kFloats, y + k); });
  for (; i < size; ++i) y[i] = float(x[i]);
}

void from_uint8_range(int64_t size, const uint8_t* x, float* y) {
  int64_t i = for_each_vector(size, [&](int64_t k) HWY_ATTR {
    const Ints value = hn::PromoteTo(kInts, hn::LoadU(kBytes, x + k));
    hn::StoreU(hn::ConvertTo(kFloats, value), kFloats, y + k);
  });
  for (; i < size; ++i) y[i] = float(x[i]);
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(to_bfloat16_range);
HWY_EXPORT(from_bfloat16_range);
HWY_EXPORT(to_float16_range);
HWY_EXPORT(from_float16_range);
HWY_EXPORT(from_uint8_range);

void cast(Cpu, int64_t size, const float* x, bfloat16* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(to_bfloat16_range), x, y);
}

void cast(Cpu, int64_t size, const bfloat16* x, float* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(from_bfloat16_range), x, y);
}

void cast(Cpu, int64_t size, const float* x, float16* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(to_float16_range), x, y);
}

void cast(Cpu, int64_t size, const float16* x, float* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(from_float16_range), x, y);
}

void cast(Cpu, int64_t size, const uint8_t* x, float* y) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(from_uint8_range), x, y);
}

}  // namespace huegrad
#endif
