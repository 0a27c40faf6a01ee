// Memory of a device that has 1 MiB (EMU_MEMORY, tests/device_trouble.cmake).
#include <doctest/doctest.h>

#include "core/allocator.h"
#include "core/cuda_device.h"
#include "core/error.h"

using namespace huegrad;

namespace {

constexpr int64_t kMemory = 1 << 20, kHalf = kMemory / 2, kMost = kMemory * 7 / 8;

}  // namespace

TEST_CASE("device memory: the device says how much it has") {
  CHECK(cuda_context().info().memory == kMemory);
}

TEST_CASE("device memory: what is cached is given back before there is too little") {
  CachingAllocator& allocator = cuda_allocator();
  void* const half = allocator.allocate(kHalf);
  allocator.release(half, kHalf);
  CHECK(allocator.statistics().cached == kHalf);
  void* const most = allocator.allocate(kMost);  // does not fit beside it
  CHECK(most != nullptr);
  CHECK(allocator.statistics().cached == 0);
  allocator.release(most, kMost);
  allocator.release_cached();
}

TEST_CASE("device memory: too little is an error that says what to do, and not the end") {
  CachingAllocator& allocator = cuda_allocator();
  void* const half = allocator.allocate(kHalf);
  CHECK_THROWS_WITH_AS(allocator.allocate(kMost),
                       "out of CUDA memory for 1 MiB. Use a smaller --batch or --size", Error);
  CHECK(allocator.statistics().in_use == kHalf);
  CHECK_THROWS_AS(cuda_context().scratch(kMost), CudaError);
  void* const quarter = allocator.allocate(kMemory / 4);
  CHECK(quarter != nullptr);
  allocator.release(quarter, kMemory / 4);
  allocator.release(half, kHalf);
  allocator.release_cached();
}

// The last: it keeps what it was given.
TEST_CASE("device memory: a kernel's scratch memory comes before what is cached") {
  CachingAllocator& allocator = cuda_allocator();
  allocator.release(allocator.allocate(kHalf), kHalf);
  CHECK(cuda_context().scratch(kMemory * 3 / 4) != nullptr);
  CHECK(allocator.statistics().cached == 0);
}
