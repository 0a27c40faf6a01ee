#include "kernels/cast.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "tests/support/compare.h"
#include "tests/support/targets.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Floats of every exponent and sign, on, just beside and half-way between sixteen-bit values.
std::vector<float> hard_floats() {
  std::vector<float> values;
  for (uint32_t high = 0; high < 0x10000; high += 3)
    for (uint32_t low : {0x0000u, 0x0001u, 0x0fffu, 0x1000u, 0x1001u, 0x3000u, 0x7fffu, 0x8000u, 0x8001u})
      values.push_back(std::bit_cast<float>(high << 16 | low));
  return values;
}

template <class Half>
void check_round_trip() {
  std::vector<Half> all(65536), back(65536);
  for (uint32_t i = 0; i < 65536; ++i) all[i].bits = uint16_t(i);
  auto floats = poisoned<float>(65536), reference = poisoned<float>(65536);
  cast(Cpu{}, 65536, all.data(), floats.data());
  cast(Reference{}, 65536, all.data(), reference.data());
  cast(Cpu{}, 65536, floats.data(), back.data());
  int64_t wrong = 0;
  for (uint32_t i = 0; i < 65536; ++i) {
    wrong += std::bit_cast<uint32_t>(floats[i]) != std::bit_cast<uint32_t>(reference[i]);
    const bool same = back[i].bits == i && Half(floats[i]).bits == i;
    const bool both_nan = std::isnan(floats[i]) && std::isnan(float(back[i])) && (back[i].bits ^ i) < 0x8000;
    wrong += !(same || both_nan);
  }
  CHECK(wrong == 0);
}

template <class Half>
void check_against_reference() {
  const std::vector<float> x = hard_floats();
  std::vector<Half> fast(x.size()), expected(x.size());
  cast(Cpu{}, int64_t(x.size()), x.data(), fast.data());
  cast(Reference{}, int64_t(x.size()), x.data(), expected.data());
  int64_t wrong = 0;
  for (size_t i = 0; i < x.size(); ++i) wrong += fast[i].bits != expected[i].bits;
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("cast: all sixteen-bit values survive the way to float and back") {
  for (int64_t target : supported_targets()) {
    const Target use(target);
    check_round_trip<bfloat16>();
    check_round_trip<float16>();
  }
}

TEST_CASE("cast: the fast kernel rounds as the definition does") {
  for (int64_t target : supported_targets()) {
    const Target use(target);
    check_against_reference<bfloat16>();
    check_against_reference<float16>();
  }
}

TEST_CASE("float16: rounds to nearest, ties to even, over the whole range") {
  CHECK(float16(1.0f).bits == 0x3c00);
  CHECK(float16(-2.0f).bits == 0xc000);
  CHECK(float16(1.0f + 0x1p-11f).bits == 0x3c00);      // tie, down to even
  CHECK(float16(1.0f + 3 * 0x1p-11f).bits == 0x3c02);  // tie, up to even
  CHECK(float16(1.0f + 0x1.002p-11f).bits == 0x3c01);  // just above the tie
  CHECK(float16(65504.0f).bits == 0x7bff);             // largest
  CHECK(float16(65519.996f).bits == 0x7bff);
  CHECK(float16(65520.0f).bits == 0x7c00);  // tie, to infinity
  CHECK(float16(kInfinity).bits == 0x7c00);
  CHECK(float16(-kInfinity).bits == 0xfc00);
  CHECK(std::isnan(float(float16(std::nanf("")))));
  CHECK(float16(0x1p-14f).bits == 0x0400);      // smallest normal
  CHECK(float16(0x1p-24f).bits == 0x0001);      // smallest subnormal
  CHECK(float16(0x1p-25f).bits == 0x0000);      // tie, to zero
  CHECK(float16(3 * 0x1p-25f).bits == 0x0002);  // tie, up to even
  CHECK(float16(0x1.ff8p-15f).bits == 0x03ff);  // largest subnormal
  CHECK(float16(0x1.ffcp-15f).bits == 0x0400);  // tie, to the smallest normal
  CHECK(float16(-0.0f).bits == 0x8000);
  CHECK(float16(std::numeric_limits<float>::denorm_min()).bits == 0);
}

TEST_CASE("bfloat16: rounds to nearest, ties to even") {
  CHECK(bfloat16(1.0f).bits == 0x3f80);
  CHECK(bfloat16(1.0f + 0x1p-8f).bits == 0x3f80);      // tie, down to even
  CHECK(bfloat16(1.0f + 3 * 0x1p-8f).bits == 0x3f82);  // tie, up to even
  CHECK(bfloat16(std::numeric_limits<float>::max()).bits == 0x7f80);
  CHECK(bfloat16(-kInfinity).bits == 0xff80);
  CHECK(std::isnan(float(bfloat16(std::bit_cast<float>(0x7f800001u)))));
}

TEST_CASE("cast: every half lies between its neighbours' midpoints") {
  // The definition of rounding, independent of how it is computed.
  int64_t wrong = 0;
  for (uint16_t bits = 0; bits < 0x7bff; ++bits) {
    float16 low, high;
    low.bits = bits;
    high.bits = uint16_t(bits + 1);
    const float middle = (float(low) + float(high)) / 2;
    wrong += float16(std::nextafter(middle, 0.0f)).bits != low.bits;
    wrong += float16(std::nextafter(middle, kInfinity)).bits != high.bits;
    wrong += float16(middle).bits != (bits % 2 == 0 ? low.bits : high.bits);
  }
  CHECK(wrong == 0);
}

TEST_CASE("cast: integers") {
  std::vector<uint8_t> bytes(1003);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t(i * 7);
  auto fast = poisoned<float>(1003), expected = poisoned<float>(1003);
  cast(Cpu{}, 1003, bytes.data(), fast.data());
  cast(Reference{}, 1003, bytes.data(), expected.data());
  CHECK(fast == expected);
  CHECK(fast[40] == 24);  // 280 modulo 256

  const std::vector<double> x = {-3, 0, 2147483647};
  std::vector<int32_t> y(3);
  cast(Reference{}, 3, x.data(), y.data());
  CHECK(y == std::vector<int32_t>{-3, 0, 2147483647});
}
