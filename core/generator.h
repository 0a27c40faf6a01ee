// A stream of random numbers: Philox behind a counter. Two generators with the same (seed, stream, position)
// give the same numbers on every machine; saving the three resumes a run exactly.
#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>

#include "kernels/random.h"

namespace huegrad {

class Generator {
 public:
  explicit Generator(uint64_t seed, uint64_t stream = 0, uint64_t position = 0)
      : seed_(seed), stream_(stream), position_(position) {}

  uint64_t position() const { return position_; }

  uint32_t bits() { return philox(seed_, stream_, position_++)[0]; }
  // [0, 1)
  double uniform() {
    const PhiloxBlock block = philox(seed_, stream_, position_++);
    return double((uint64_t(block[0]) << 21) ^ (block[1] >> 11)) * 0x1p-53;
  }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // 0 .. count-1; count > 0
  int64_t below(int64_t count) { return int64_t(uniform() * double(count)); }
  // Mean 0, variance 1 (Box and Muller).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  uint64_t seed_, stream_, position_;
};

}  // namespace huegrad
