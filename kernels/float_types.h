// Sixteen-bit floating-point storage types. They hold numbers; arithmetic is done in float.
#pragma once
#include <bit>
#include <cstdint>
#include <type_traits>

namespace huegrad {

// bfloat16: the upper half of a float32; conversion from float rounds to nearest even, NaN stays NaN.
struct bfloat16 {
  uint16_t bits = 0;

  bfloat16() = default;
  explicit bfloat16(float value) {
    const uint32_t u = std::bit_cast<uint32_t>(value);
    const bool is_nan = (u & 0x7fffffff) > 0x7f800000;
    bits = is_nan ? uint16_t((u >> 16) | 0x40) : uint16_t((u + 0x7fff + ((u >> 16) & 1)) >> 16);
  }
  explicit operator float() const { return std::bit_cast<float>(uint32_t(bits) << 16); }
};

// What values stored as Storage are computed and summed in. Per-channel parameters and statistics beside such
// values are stored in it too: a bfloat16 convolution has a float bias.
template <class Storage>
using Compute = std::conditional_t<std::is_same_v<Storage, bfloat16>, float, Storage>;

// IEEE binary16, used on disk only (weights of a shipped model).
struct float16 {
  uint16_t bits = 0;

  float16() = default;
  explicit float16(float value);
  explicit operator float() const;
};

}  // namespace huegrad
