#include "kernels/random.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

using namespace huegrad;

TEST_CASE("philox: known answers of Random123 (kat_vectors, philox4x32 with 10 rounds)") {
  CHECK(philox(0, 0, 0) == PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox(~0ull, ~0ull, ~0ull) == PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  // Counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0: digits of pi.
  CHECK(philox(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88) ==
        PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("philox: is a constant expression") {
  constexpr PhiloxBlock block = philox(0, 0, 0);
  static_assert(block[0] == 0x6627e8d5);
}

TEST_CASE("philox: seeds, streams and indices all matter") {
  std::set<PhiloxBlock> blocks;
  for (uint64_t high : {0ull, 1ull << 32})
    for (uint64_t i = 1; i <= 100; ++i) {
      blocks.insert(philox(i + high, 0, 0));
      blocks.insert(philox(0, i + high, 0));
      blocks.insert(philox(0, 0, i + high));
    }
  CHECK(blocks.size() == 600);
}

TEST_CASE("philox: bits are balanced") {
  int64_t ones = 0;
  for (uint64_t i = 0; i < 10000; ++i)
    for (uint32_t word : philox(7, 3, i)) ones += __builtin_popcount(word);
  // 1.28 million bits: the standard deviation is 566.
  CHECK(std::abs(ones - 640000) < 3000);
}
