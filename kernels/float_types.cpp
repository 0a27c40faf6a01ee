// Conversions to and from IEEE binary16, in integer arithmetic but for one trick: adding 0.5 to a small float
// moves its value to the last bits, which count units of 2^-24 (those of a subnormal half), rounded to even.
#include "kernels/float_types.h"

namespace huegrad {

float16::float16(float value) {
  const uint32_t u = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (u >> 16) & 0x8000, magnitude = u & 0x7fffffff;
  uint32_t half;
  if (magnitude > 0x7f800000)
    half = 0x7e00 | ((magnitude >> 13) & 0x3ff);  // NaN, quiet
  else if (magnitude >= 0x477ff000)
    half = 0x7c00;  // from 65520 on: infinity
  else if (magnitude >= 0x38800000)
    half = (magnitude + 0xfff + ((magnitude >> 13) & 1) - 0x38000000) >> 13;  // exponent bias 127 becomes 15
  else
    half = std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000;  // below 2^-14
  bits = uint16_t(sign | half);
}

float16::operator float() const {
  const uint32_t sign = uint32_t(bits & 0x8000) << 16, magnitude = bits & 0x7fff;
  uint32_t value;
  if (magnitude >= 0x7c00)
    value = (magnitude << 13) + 0x70000000;  // infinity, NaN
  else if (magnitude >= 0x400)
    value = (magnitude << 13) + 0x38000000;
  else
    value = std::bit_cast<uint32_t>(std::bit_cast<float>(0x3f000000 + magnitude) - 0.5f);
  return std::bit_cast<float>(sign | value);
}

}  // namespace huegrad
