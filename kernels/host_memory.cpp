#include "kernels/host_memory.h"

#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

namespace huegrad {
namespace {

constexpr int64_t kAlignment = 128, kHugePage = int64_t(2) << 20;

// Advice: where it is not taken, nothing is lost but time.
void advise_huge_pages([[maybe_unused]] void* pointer, [[maybe_unused]] int64_t bytes) {
#ifdef MADV_HUGEPAGE
  ::madvise(pointer, size_t(bytes / kHugePage * kHugePage), MADV_HUGEPAGE);
#endif
}

}  // namespace

void* take_host_memory(int64_t bytes) {
  const int64_t alignment = bytes >= 2 * kHugePage ? kHugePage : kAlignment;
  const int64_t size = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void* pointer = nullptr;
  if (posix_memalign(&pointer, size_t(alignment), size_t(size)) != 0) return nullptr;
  if (alignment == kHugePage) advise_huge_pages(pointer, size);
  return pointer;
}

void give_back_host_memory(void* pointer) { std::free(pointer); }

void* reserve_host_addresses(int64_t bytes) {
  void* pointer = ::mmap(nullptr, size_t(bytes), PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pointer == MAP_FAILED) return nullptr;
  advise_huge_pages(pointer, bytes);
  return pointer;
}

void release_host_addresses(void* pointer, int64_t bytes) { ::munmap(pointer, size_t(bytes)); }

void discard_host_pages(void* pointer, int64_t bytes) { ::madvise(pointer, size_t(bytes), MADV_DONTNEED); }

int64_t host_memory_size() { return int64_t(::sysconf(_SC_PHYS_PAGES)) * int64_t(::sysconf(_SC_PAGESIZE)); }

}  // namespace huegrad
