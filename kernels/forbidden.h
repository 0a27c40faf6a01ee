// Tells AddressSanitizer which bytes of memory that is kept for reuse nobody may touch now; it only knows
// what malloc and free see. In other builds nothing happens.
#pragma once
#include <cstddef>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

namespace huegrad {

// Touching these bytes ends the program with a report until they are allowed again.
inline void forbid([[maybe_unused]] const void* memory, [[maybe_unused]] size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  ASAN_POISON_MEMORY_REGION(memory, bytes);
#endif
}

inline void allow([[maybe_unused]] const void* memory, [[maybe_unused]] size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
#endif
}

}  // namespace huegrad
