// What the emulation tells the sanitizers, so that they see CUDA's threads and memory where the machine has
// but one thread and one heap. Compiled for one of them by -DEMU_ASAN or -DEMU_TSAN, otherwise nothing of it
// is left.
#pragma once
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/tsan_interface.h>

#include <cstddef>

// Of the thread sanitizer's runtime, declared in no header.
extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

namespace emu {

#ifdef EMU_ASAN
constexpr bool kAddressSanitizer = true;
#else
constexpr bool kAddressSanitizer = false;
#endif
#ifdef EMU_TSAN
constexpr bool kThreadSanitizer = true;
#else
constexpr bool kThreadSanitizer = false;
#endif

// Memory that nobody may touch until it is allowed again.
inline void forbid(const void* from, size_t bytes) {
  if constexpr (kAddressSanitizer) __asan_poison_memory_region(from, bytes);
}
inline void allow(const void* from, size_t bytes) {
  if constexpr (kAddressSanitizer) __asan_unpoison_memory_region(from, bytes);
}

// What a thread did before release(tag) happened before what another does after acquire(tag). These are all
// the edges there are: switching fibers makes none.
inline void release(char& tag) {
  if constexpr (kThreadSanitizer) __tsan_release(&tag);
}
inline void acquire(char& tag) {
  if constexpr (kThreadSanitizer) __tsan_acquire(&tag);
}

// The emulation's own doings on behalf of a thread are not accesses of the kernel's. It is not instrumented,
// but the runtime sees its allocations and copies all the same.
class UnseenByThreadSanitizer {
 public:
  UnseenByThreadSanitizer() {
    if constexpr (kThreadSanitizer) {
      AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
      AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    }
  }
  ~UnseenByThreadSanitizer() {
    if constexpr (kThreadSanitizer) {
      AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
      AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    }
  }
  UnseenByThreadSanitizer(const UnseenByThreadSanitizer&) = delete;
};

}  // namespace emu
