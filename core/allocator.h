// Memory for tensors. Freed buffers are kept by size and handed out again, because a training step asks for
// the same sizes every time and the operating system is slow to map pages.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace huegrad {

struct MemoryStatistics {
  int64_t in_use = 0;  // bytes handed out now
  int64_t peak = 0;    // largest in_use since the start or reset_peak()
  int64_t cached = 0;  // bytes kept for reuse
};

class CachingAllocator {
 public:
  CachingAllocator() = default;
  CachingAllocator(const CachingAllocator&) = delete;
  ~CachingAllocator() { release_cached(); }

  // 64-byte aligned; contents undefined (in debug builds: all bits set, a NaN in every floating-point type).
  // Throws Error(environment) when there is no memory even after the cache was given back.
  void* allocate(int64_t bytes);
  void release(void* pointer, int64_t bytes);

  MemoryStatistics statistics() const;
  void reset_peak();
  void release_cached();

 private:
  mutable std::mutex mutex_;
  std::map<int64_t, std::vector<void*>> free_;  // by rounded size
  MemoryStatistics statistics_;
};

// The allocator of host memory.
CachingAllocator& host_allocator();

}  // namespace huegrad
