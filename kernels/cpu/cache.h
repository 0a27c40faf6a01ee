// What the CPU kernels take the caches to be.
#pragma once
#include <cstdint>

namespace huegrad {

inline constexpr int64_t kCacheLineFloats = 16;
// Arrays that are larger do not stay in the caches from one pass to the next: what is written goes around
// them, because a store to a line that is in no cache reads it first. Only whole lines do.
inline constexpr int64_t kCachedFloats = 8 << 20;

inline bool begins_cache_line(const float* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % (kCacheLineFloats * sizeof(float)) == 0;
}

}  // namespace huegrad
