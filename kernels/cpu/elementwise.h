// What the memory-bound CPU kernels share.
#pragma once
#include <cstdint>

#include "kernels/parallel.h"

namespace huegrad {

// Least number of elements for which waking another thread pays: 64 KiB of floats, about 3 us of copying.
inline constexpr int64_t kElementwiseGrain = 16384;

}  // namespace huegrad
