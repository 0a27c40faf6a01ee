// Memory for tensors. Freed buffers are kept and handed out again, because a training step asks for the same
// sizes every time and the operating system is slow to map pages. Gradients come into the place of
// activations: in host memory large buffers are cut from an arena; elsewhere they are kept by size, and one
// also serves a somewhat smaller request.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/arena.h"

namespace huegrad {

struct MemoryStatistics {
  int64_t in_use = 0;  // bytes handed out now
  int64_t peak = 0;    // largest in_use since the start or reset_peak()
  int64_t cached = 0;  // bytes kept for reuse
};

// Where an allocator takes memory from. Asked for whole rounded sizes, under the allocator's lock.
struct MemorySource {
  std::function<void*(int64_t bytes)> take;  // null when there is none
  std::function<void(void* pointer, int64_t bytes)> give_back;
  bool host = true;  // whether this process may touch the bytes
  // Whether a kept buffer may serve a somewhat smaller request. Otherwise the same requests, made again, find
  // what they had the first time, and the source is not asked.
  bool shares = true;
  int64_t arena = 0;  // addresses to cut large buffers from (core/arena.h); 0: none
};

MemorySource host_memory();

class CachingAllocator {
 public:
  explicit CachingAllocator(MemorySource source = host_memory())
      : source_(std::move(source)), arena_(source_.arena) {}
  CachingAllocator(const CachingAllocator&) = delete;
  ~CachingAllocator() { release_cached(); }

  // 64-byte aligned; contents undefined (in debug builds of host memory: all bits set, a NaN in every
  // floating-point type).
  // Throws Error(environment) when there is no memory even after the cache was given back.
  void* allocate(int64_t bytes);
  void release(void* pointer, int64_t bytes);

  MemoryStatistics statistics() const;
  void reset_peak();
  void release_cached();

 private:
  using Cache = std::map<int64_t, std::vector<void*>>;  // by rounded size, none empty

  // A buffer of at least `size` bytes, whose own size it becomes.
  void* take(int64_t& size);
  Cache::iterator cached_for(int64_t size);
  void* take_or_trim(int64_t size);
  void give_back_cached();

  MemorySource source_;
  mutable std::mutex mutex_;
  Arena arena_;
  Cache free_;
  std::unordered_map<void*, int64_t> larger_;  // sizes of buffers that are larger than what was asked for
  MemoryStatistics statistics_;
};

CachingAllocator& host_allocator();
// Host memory that the CUDA device copies to and from while the host goes on.
CachingAllocator& pinned_allocator();
// Of the CUDA device. Released buffers are handed out again at once: the device works in order.
CachingAllocator& cuda_allocator();

// A handle that does not own one of these, which live as long as the process.
inline std::shared_ptr<CachingAllocator> unowned(CachingAllocator& allocator) {
  return {std::shared_ptr<void>(), &allocator};
}

// While it lives, CUDA tensors that this thread makes take their memory from an allocator of their own, which
// they keep alive.
class CudaMemoryScope {
 public:
  explicit CudaMemoryScope(std::shared_ptr<CachingAllocator> allocator);
  ~CudaMemoryScope();
  CudaMemoryScope(const CudaMemoryScope&) = delete;

  // That of the innermost scope, otherwise cuda_allocator().
  static std::shared_ptr<CachingAllocator> current();

 private:
  std::shared_ptr<CachingAllocator> previous_;
};

}  // namespace huegrad
