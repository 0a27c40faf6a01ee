#include "core/allocator.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "core/cuda_device.h"
#include "core/error.h"
#include "kernels/forbidden.h"
#include "kernels/host_memory.h"

namespace huegrad {
namespace {

constexpr int64_t kAlignment = 64, kMiB = int64_t(1) << 20;
constexpr int64_t kLeastShared = kMiB;  // smaller buffers keep to their own size and out of the arena

// Sizes are rounded up to an eighth of their power of two, so that nearly equal requests share buffers and at
// most 1/8 is wasted.
int64_t rounded(int64_t bytes) {
  int64_t step = kAlignment;
  while (step * 16 <= bytes) step *= 2;
  return std::max(kAlignment, (bytes + step - 1) / step * step);
}

}  // namespace

void* CachingAllocator::allocate(int64_t bytes) {
  int64_t size = bytes;
  std::lock_guard lock(mutex_);
  void* pointer = take(size);
  statistics_.in_use += size;
  statistics_.peak = std::max(statistics_.peak, statistics_.in_use);
  if (!source_.host) return pointer;
  allow(pointer, size_t(size));
#ifndef NDEBUG
  std::memset(pointer, 0xff, size_t(size));
#endif
  forbid(static_cast<char*>(pointer) + bytes, size_t(size - bytes));
  return pointer;
}

void* CachingAllocator::take(int64_t& size) {
  if (size >= kLeastShared)
    if (void* pointer = arena_.take(size)) {
      size = arena_.size_of(pointer);
      return pointer;
    }
  size = rounded(size);
  const auto entry = cached_for(size);
  if (entry == free_.end()) return take_or_trim(size);
  void* pointer = entry->second.back();
  if (entry->first != size) larger_[pointer] = entry->first;
  size = entry->first;
  statistics_.cached -= size;
  entry->second.pop_back();
  if (entry->second.empty()) free_.erase(entry);
  return pointer;
}

// Cached buffers for this size: of the same, or of the next one that is not half as large again.
CachingAllocator::Cache::iterator CachingAllocator::cached_for(int64_t size) {
  const auto entry = free_.lower_bound(size);
  const int64_t largest = source_.shares && size >= kLeastShared ? size + size / 2 : size;
  return entry != free_.end() && entry->first <= largest ? entry : free_.end();
}

// Memory of this size from the source; if there is none, once more after the cache was given back.
void* CachingAllocator::take_or_trim(int64_t size) {
  void* pointer = source_.take(size);
  if (!pointer) {
    give_back_cached();
    pointer = source_.take(size);
  }
  if (!pointer)
    throw Error(
        ErrorKind::environment,
        fmt::format("out of {}memory for {} MiB", source_.host ? "" : "CUDA ", (size + kMiB - 1) / kMiB), "",
        "Use a smaller --batch or --size");
  return pointer;
}

void CachingAllocator::release(void* pointer, int64_t bytes) {
  std::lock_guard lock(mutex_);
  if (arena_.owns(pointer)) {
    const int64_t size = arena_.size_of(pointer);
    forbid(pointer, size_t(size));
    arena_.give_back(pointer);
    statistics_.in_use -= size;
    return;
  }
  int64_t size = rounded(bytes);
  if (const auto entry = larger_.find(pointer); entry != larger_.end()) {
    size = entry->second;
    larger_.erase(entry);
  }
  if (source_.host) forbid(pointer, size_t(size));
  free_[size].push_back(pointer);
  statistics_.in_use -= size;
  statistics_.cached += size;
}

MemoryStatistics CachingAllocator::statistics() const {
  std::lock_guard lock(mutex_);
  MemoryStatistics statistics = statistics_;
  statistics.cached += arena_.kept();
  return statistics;
}

void CachingAllocator::reset_peak() {
  std::lock_guard lock(mutex_);
  statistics_.peak = statistics_.in_use;
}

void CachingAllocator::release_cached() {
  std::lock_guard lock(mutex_);
  give_back_cached();
}

void CachingAllocator::give_back_cached() {
  for (auto& [size, pointers] : free_)
    for (void* pointer : pointers) source_.give_back(pointer, size);
  free_.clear();
  arena_.discard_free();
  statistics_.cached = 0;
}

MemorySource host_memory() {
  return {.take = take_host_memory,
          .give_back = [](void* pointer, int64_t) { give_back_host_memory(pointer); },
          .arena = host_memory_size()};
}

CachingAllocator& host_allocator() {
  // Never destroyed: tensors in static storage may outlive any order of destruction.
  static auto* allocator = std::make_unique<CachingAllocator>().release();
  return *allocator;
}

CachingAllocator& pinned_allocator() {
  static auto* allocator =
      std::make_unique<CachingAllocator>(
          MemorySource{[](int64_t bytes) { return cuda_context().allocate_host(bytes); },
                       [](void* pointer, int64_t) { cuda_context().release_host(pointer); }})
          .release();
  return *allocator;
}

CachingAllocator& cuda_allocator() {
  static auto* allocator =
      std::make_unique<CachingAllocator>(
          MemorySource{[](int64_t bytes) { return cuda_context().allocate(bytes); },
                       [](void* pointer, int64_t) { cuda_context().release(pointer); }, false})
          .release();
  return *allocator;
}

namespace {

thread_local std::shared_ptr<CachingAllocator> scoped;

}  // namespace

CudaMemoryScope::CudaMemoryScope(std::shared_ptr<CachingAllocator> allocator)
    : previous_(std::exchange(scoped, std::move(allocator))) {}

CudaMemoryScope::~CudaMemoryScope() { scoped = std::move(previous_); }

std::shared_ptr<CachingAllocator> CudaMemoryScope::current() {
  return scoped ? scoped : unowned(cuda_allocator());
}

}  // namespace huegrad
