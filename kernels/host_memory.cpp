#include "kernels/host_memory.h"

#include <cstdlib>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace huegrad {
namespace {

constexpr int64_t kAlignment = 128, kHugePage = int64_t(2) << 20;

}  // namespace

void* take_host_memory(int64_t bytes) {
  const int64_t alignment = bytes >= 2 * kHugePage ? kHugePage : kAlignment;
  const int64_t size = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void* pointer = nullptr;
  if (posix_memalign(&pointer, size_t(alignment), size_t(size)) != 0) return nullptr;
#ifdef MADV_HUGEPAGE
  // Advice: where it is not taken, nothing is lost but time.
  if (alignment == kHugePage) ::madvise(pointer, size_t(size / kHugePage * kHugePage), MADV_HUGEPAGE);
#endif
  return pointer;
}

void give_back_host_memory(void* pointer) { std::free(pointer); }

}  // namespace huegrad
