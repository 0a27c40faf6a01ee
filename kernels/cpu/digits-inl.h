// Rows and columns of floats as digits in tiles (digit_tiles.h). Compiled once per instruction set: include
// it after hwy/highway.h in a file that hwy/foreach_target.h re-includes.
#if defined(HUEGRAD_KERNELS_CPU_DIGITS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HUEGRAD_KERNELS_CPU_DIGITS_INL_H_
#undef HUEGRAD_KERNELS_CPU_DIGITS_INL_H_
#else
#define HUEGRAD_KERNELS_CPU_DIGITS_INL_H_
#endif

#include <hwy/highway.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/cpu/digit_tiles.h"
#include "kernels/cpu/gemm_tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

const hn::RebindToSigned<decltype(kTag)> kIntegers;
const hn::RebindToUnsigned<decltype(kTag)> kWords;
using Integers = hn::Vec<decltype(kIntegers)>;
using Words = hn::Vec<decltype(kWords)>;

// The largest integer of three digits is 127 * (2^16 + 2^8 + 1); what is rounded up stays below it.
constexpr float kLargestInteger = 8355000.0f;
// Below this, 1 / x is infinite. Numbers that are all smaller are zeros here.
constexpr float kLeastNumber = 1e-30f;

// Sizes as bits, which order numbers by size, infinity above all of them and NaN above that.
HWY_INLINE Integers size_bits(Vector x) { return hn::BitCast(kIntegers, hn::Abs(x)); }

// What numbers of which the largest has these bits are multiplied with to become integers, and what sums of
// their first digits are multiplied with to undo it: NaN if one of them is no finite number.
struct DigitScale {
  float to_integer = 0, factor = 0;

  explicit DigitScale(int32_t bits) {
    const float largest = std::bit_cast<float>(bits);
    if (!std::isfinite(largest))
      factor = std::numeric_limits<float>::quiet_NaN();
    else if (largest >= kLeastNumber) {
      to_integer = kLargestInteger / largest;
      factor = largest / (kLargestInteger * 0x1p-16f);
    }
  }
};

// x as three digits, in the lower bytes of a word. A digit is a byte that counts from -128: to let all of
// them do, 128 is added to each and subtracted from its byte alone.
HWY_INLINE Words digits_of(Vector x, Vector to_integer) {
  const Integers bias = hn::Set(kIntegers, 0x808080);
  return hn::BitCast(kWords, hn::Xor(hn::Add(hn::NearestInt(hn::Mul(x, to_integer)), bias), bias));
}

HWY_INLINE void store_digit(Words digit, int8_t* to) {
  const hn::Rebind<uint8_t, decltype(kWords)> bytes;
  hn::StoreU(hn::TruncateTo(bytes, digit), bytes, reinterpret_cast<uint8_t*>(to));
}

// A row of floats, 64 at each of `steps` places, as row 0 of tiles of A. Returns its factor.
HWY_INLINE float digit_row(const float* const* at, int64_t steps, int8_t* to) {
  Integers largest = hn::Zero(kIntegers);
  for (int64_t step = 0; step < steps; ++step)
    for (int64_t k = 0; k < kDigitStep; k += kLanes)
      largest = hn::Max(largest, size_bits(hn::LoadU(kTag, at[step] + k)));
  const DigitScale scale(hn::GetLane(hn::MaxOfLanes(kIntegers, largest)));
  const Vector to_integer = hn::Set(kTag, scale.to_integer);
  for (int64_t step = 0; step < steps; ++step, to += kStepBytes)
    for (int64_t k = 0; k < kDigitStep; k += kLanes) {
      const Words digits = digits_of(hn::LoadU(kTag, at[step] + k), to_integer);
      store_digit(hn::ShiftRight<16>(digits), to + k);
      store_digit(hn::ShiftRight<8>(digits), to + kTileBytes + k);
      store_digit(digits, to + 2 * kTileBytes + k);
    }
  return scale.factor;
}

// A digit of four rows of k, in the order of k: the most significant, the next, the last.
HWY_INLINE Words first_digits(Words k0, Words k1, Words k2, Words k3) {
  const Words low = hn::OrAnd(hn::ShiftRight<16>(k0), hn::ShiftRight<8>(k1), hn::Set(kWords, 0xFF00u));
  return hn::OrAnd(hn::OrAnd(low, k2, hn::Set(kWords, 0xFF0000u)), hn::ShiftLeft<8>(k3),
                   hn::Set(kWords, 0xFF000000u));
}

HWY_INLINE Words second_digits(Words k0, Words k1, Words k2, Words k3) {
  return first_digits(hn::ShiftLeft<8>(hn::And(k0, hn::Set(kWords, 0xFF00u))), hn::ShiftLeft<8>(k1),
                      hn::ShiftLeft<8>(k2), hn::ShiftLeft<8>(k3));
}

HWY_INLINE Words third_digits(Words k0, Words k1, Words k2, Words k3) {
  return first_digits(hn::ShiftLeft<16>(hn::And(k0, hn::Set(kWords, 0xFFu))), hn::ShiftLeft<16>(k1),
                      hn::ShiftLeft<16>(k2), hn::ShiftLeft<16>(k3));
}

// So many columns as there are lanes, `depth` floats each, rows of them `stride` apart: the words from `to`
// on in tiles of B, filled up with zeros, and the columns' factors.
HWY_INLINE void digit_columns(const float* matrix, int64_t depth, int64_t stride, int8_t* to, float* factor) {
  Integers largest = hn::Zero(kIntegers);
  for (int64_t k = 0; k < depth; ++k)
    largest = hn::Max(largest, size_bits(hn::LoadU(kTag, matrix + k * stride)));
  HWY_ALIGN int32_t bits[kLanes];
  HWY_ALIGN float scales[kLanes];
  hn::Store(largest, kIntegers, bits);
  for (int64_t i = 0; i < kLanes; ++i) {
    const DigitScale scale(bits[i]);
    scales[i] = scale.to_integer;
    factor[i] = scale.factor;
  }
  const Vector to_integer = hn::Load(kTag, scales);
  const int64_t whole = (depth + kDigitStep - 1) / kDigitStep * kDigitStep;
  const auto digits_at = [&](int64_t k) HWY_ATTR {
    return k < depth ? digits_of(hn::LoadU(kTag, matrix + k * stride), to_integer) : hn::Zero(kWords);
  };
  for (int64_t k = 0; k < whole; k += 4) {
    const Words k0 = digits_at(k), k1 = digits_at(k + 1), k2 = digits_at(k + 2), k3 = digits_at(k + 3);
    auto* words = reinterpret_cast<uint32_t*>(to + k / kDigitStep * kStepBytes + k % kDigitStep * kTileSide);
    hn::StoreU(first_digits(k0, k1, k2, k3), kWords, words);
    hn::StoreU(second_digits(k0, k1, k2, k3), kWords, words + kTileBytes / 4);
    hn::StoreU(third_digits(k0, k1, k2, k3), kWords, words + 2 * kTileBytes / 4);
  }
}

// The sums of a product, in products of first digits: the lanes from i on.
HWY_INLINE Vector sum_of_orders(const int32_t* sums, int64_t i) {
  constexpr int64_t kOrder = kTileSide * kTileSide;
  const auto order = [&](int64_t n) HWY_ATTR {
    return hn::ConvertTo(kTag, hn::LoadU(kIntegers, sums + n * kOrder + i));
  };
  const Vector next = hn::Set(kTag, 0x1p-8f);
  return hn::MulAdd(hn::MulAdd(hn::MulAdd(order(3), next, order(2)), next, order(1)), next, order(0));
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // once per instruction set
