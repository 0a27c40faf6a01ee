// Sums whose result does not depend on the number of threads.
#pragma once
#include <algorithm>
#include <vector>

#include "kernels/parallel.h"

namespace huegrad {

// Splits [0, items) into blocks of at least `least` items, borders depending on items alone, and calls
// body(first, last, totals) on each; totals (count, zero at first) belongs to the block. Returns the totals
// added up in the order of the blocks.
template <class Body>
std::vector<double> sum_in_blocks(int64_t items, int64_t least, int64_t count, const Body& body) {
  constexpr int64_t kMostBlocks = 64;
  const int64_t blocks = std::clamp<int64_t>(items / least, 1, kMostBlocks);
  std::vector<double> totals(blocks * count);
  parallel_for(0, blocks, 1, [&](int64_t first, int64_t last) {
    for (int64_t b = first; b < last; ++b)
      body(items * b / blocks, items * (b + 1) / blocks, totals.data() + b * count);
  });
  for (int64_t i = count; i < blocks * count; ++i) totals[i % count] += totals[i];
  totals.resize(count);
  return totals;
}

}  // namespace huegrad
