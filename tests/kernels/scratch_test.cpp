#include "kernels/cpu/scratch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

using namespace huegrad;

TEST_CASE("scratch: aligned, kept while it suffices, grown when it does not") {
  Scratch scratch;
  float* first = scratch.floats(1000);
  CHECK(reinterpret_cast<uintptr_t>(first) % 64 == 0);
  std::fill_n(first, 1000, 1.0f);
  CHECK(scratch.floats(10) == first);
  CHECK(scratch.floats(1000) == first);
  std::fill_n(scratch.floats(100000), 100000, 2.0f);
}

#ifdef __SANITIZE_ADDRESS__
TEST_CASE("scratch: AddressSanitizer knows how much was asked for") {
  Scratch scratch;
  for (int64_t size : {1001, 10, 3, 1000}) {
    float* buffer = scratch.floats(size);
    CHECK(!__asan_region_is_poisoned(buffer, size_t(size) * sizeof(float)));
    CHECK(__asan_address_is_poisoned(buffer + size));
  }
}
#endif
