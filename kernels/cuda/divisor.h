// Division by a number that is known when a kernel is launched: a multiplication and a shift instead of the
// twenty instructions (64 bits: a hundred) that the card makes of a division.
#pragma once
#include <cstdint>

#include "kernels/cuda/device.h"

namespace huegrad::cuda {

// n / d = n * factor >> shift, with factor = ceil(2^shift / d) and shift = 31 + ceil(log2 d), for 0 <= n <
// 2^31 and 0 < d < 2^31 (Granlund and Montgomery 1994): factor * d exceeds 2^shift by less than d, which
// makes an error of less than n / 2^31 < 1 of d.
class Divisor {
 public:
  Divisor() = default;
  explicit Divisor(int64_t divisor) : divisor_(unsigned(divisor)) {
    while ((int64_t(1) << (shift_ - 31)) < divisor) ++shift_;
    factor_ = unsigned(((uint64_t(1) << shift_) + divisor_ - 1) / divisor_);
  }

  __device__ __forceinline__ int quotient(int n) const {
    return int(uint64_t(unsigned(n)) * factor_ >> shift_);
  }
  __device__ __forceinline__ int remainder(int n, int quotient) const { return n - quotient * int(divisor_); }

 private:
  unsigned divisor_ = 1, factor_ = 1u << 31, shift_ = 31;
};

}  // namespace huegrad::cuda
