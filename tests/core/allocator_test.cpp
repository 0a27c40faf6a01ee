#include "core/allocator.h"

#include <doctest/doctest.h>

#include <cstring>
#include <thread>

#include "core/error.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

using namespace huegrad;

namespace {

// Host memory without an arena, as device memory is kept.
MemorySource without_arena() {
  MemorySource source = host_memory();
  source.arena = 0;
  return source;
}

}  // namespace

TEST_CASE("allocator: aligned, reused, counted") {
  CachingAllocator allocator;
  void* first = allocator.allocate(1000);
  CHECK(reinterpret_cast<uintptr_t>(first) % 64 == 0);
  std::memset(first, 1, 1000);
  const int64_t size = allocator.statistics().in_use;
  CHECK(size >= 1000);
  CHECK(size <= 1000 * 9 / 8 + 64);

  allocator.release(first, 1000);
  CHECK(allocator.statistics().in_use == 0);
  CHECK(allocator.statistics().cached == size);
  CHECK(allocator.allocate(1000) == first);
  CHECK(allocator.statistics().cached == 0);
  allocator.release(first, 1000);

  allocator.release_cached();
  CHECK(allocator.statistics().cached == 0);
}

TEST_CASE("allocator: the peak is the largest use since reset") {
  CachingAllocator allocator(without_arena());
  void *a = allocator.allocate(1 << 20), *b = allocator.allocate(1 << 20);
  allocator.release(b, 1 << 20);
  CHECK(allocator.statistics().peak == 2 << 20);
  allocator.reset_peak();
  CHECK(allocator.statistics().peak == 1 << 20);
  allocator.release(a, 1 << 20);
  void* empty = allocator.allocate(0);
  CHECK(empty != nullptr);
  allocator.release(empty, 0);
  CHECK(allocator.statistics().in_use == 0);
}

TEST_CASE("allocator: large buffers come from an arena, whose pages are given back on request") {
  CachingAllocator allocator;
  constexpr int64_t kMiB = 1 << 20;
  void *a = allocator.allocate(2 * kMiB), *b = allocator.allocate(2 * kMiB);
  std::memset(a, 7, 2 * kMiB);
  allocator.release(a, 2 * kMiB);
  allocator.release(b, 2 * kMiB);
  CHECK(allocator.statistics().in_use == 0);
  CHECK(allocator.statistics().cached >= 4 * kMiB);
  auto* both = static_cast<char*>(allocator.allocate(4 * kMiB));
  CHECK(both == a);
  allocator.release(both, 4 * kMiB);
  allocator.release_cached();
  CHECK(allocator.statistics().cached == 0);
  CHECK(allocator.allocate(4 * kMiB) == a);
  allocator.release(a, 4 * kMiB);
}

TEST_CASE("allocator: without an arena a large buffer serves a somewhat smaller request and keeps its size") {
  CachingAllocator allocator(without_arena());
  constexpr int64_t kMiB = 1 << 20;
  void* first = allocator.allocate(6 * kMiB);
  allocator.release(first, 6 * kMiB);
  CHECK(allocator.allocate(4 * kMiB) == first);
  CHECK(allocator.statistics().in_use == 6 * kMiB);
  allocator.release(first, 4 * kMiB);
  CHECK(allocator.statistics().cached == 6 * kMiB);
  void* much_smaller = allocator.allocate(3 * kMiB);
  CHECK(much_smaller != first);
  CHECK(allocator.allocate(6 * kMiB) == first);
  allocator.release(first, 6 * kMiB);
  allocator.release(much_smaller, 3 * kMiB);
  CHECK(allocator.statistics().in_use == 0);
}

TEST_CASE("allocator: a source that shares nothing is asked for every new size, and for no old one") {
  MemorySource source = without_arena();
  int taken = 0;
  source.shares = false;
  source.take = [&taken, take = source.take](int64_t bytes) { return ++taken, take(bytes); };
  CachingAllocator allocator(source);
  constexpr int64_t large = 10 << 20, smaller = 8 << 20;
  for (int run = 0; run < 2; ++run)
    for (const int64_t size : {large, smaller}) allocator.release(allocator.allocate(size), size);
  CHECK(taken == 2);
}

TEST_CASE("allocator: several threads") {
  CachingAllocator allocator;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1000; ++i) {
        const int64_t bytes = i % 50 == 0 ? (i + t + 1) * 5000 : 64 + (i * 37 + t) % 5000;
        void* pointer = allocator.allocate(bytes);
        std::memset(pointer, t, size_t(bytes));
        allocator.release(pointer, bytes);
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(allocator.statistics().in_use == 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which abort on a request like this one
TEST_CASE("allocator: no memory is an error that says so") {
  CachingAllocator allocator;
  CHECK_THROWS_WITH_AS(allocator.allocate(int64_t(1) << 60),
                       doctest::Contains("out of memory for 1099511627776 MiB"), Error);
  CHECK(allocator.statistics().in_use == 0);
}
#endif

#ifdef __SANITIZE_ADDRESS__
TEST_CASE("allocator: AddressSanitizer knows what is in use") {
  CachingAllocator allocator;
  auto* first = static_cast<char*>(allocator.allocate(1000));
  CHECK(!__asan_region_is_poisoned(first, 1000));
  CHECK(__asan_address_is_poisoned(first + 1000));
  allocator.release(first, 1000);
  CHECK(__asan_address_is_poisoned(first));
  CHECK(__asan_address_is_poisoned(first + 999));

  REQUIRE(allocator.allocate(1010) == first);
  CHECK(!__asan_region_is_poisoned(first, 1010));
  CHECK(__asan_address_is_poisoned(first + 1010));
  allocator.release(first, 1010);
}
#endif
