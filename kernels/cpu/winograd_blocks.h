// Blocks of tiles that Winograd's algorithm transforms together.
#pragma once
#include <algorithm>
#include <cstdint>

#include "kernels/cpu/winograd_kernels.h"
#include "kernels/cpu/winograd_tiles.h"
#include "kernels/parallel.h"

namespace huegrad {

// Transforming and moving a kernel costs about as much as multiplying this many tiles with it.
inline constexpr int64_t kKernelTiles = 128;

// Tiles of a block that all threads work on; `depth` channels are transformed for each. Depends on the shape
// only, so sums over blocks do not depend on the number of threads.
int64_t block_tiles(const WinogradTiles& tiles, int64_t count, int64_t depth);

// Whether so many floats are written around the caches: whole cache lines are, only.
bool streams(const WinogradTiles& tiles, int64_t size);

// What this thread keeps the transforms of a block in: valid until its next call.
float* block_space(int64_t size);

// The i-th tile of the block goes to `elements`, i * step floats further.
void transform_input(const WinogradTiles& tiles, const TileOrder::Range& block, const float* x,
                     const ElementLayout& elements, int64_t step);

// The i-th of `count` things whose neighbours cost about the same, dealt out so that two threads that take
// halves of them get as much to do: the even ones, then the odd ones.
inline int64_t dealt(int64_t i, int64_t count) {
  const int64_t even = (count + 1) / 2;
  return i < even ? 2 * i : 2 * (i - even) + 1;
}

// Calls body(e, first, last) for every element and a share [first, last) of `panels`: shares where the
// elements alone would leave threads idle.
template <class Body>
void for_each_element(int64_t elements, int64_t panels, const Body& body) {
  const int64_t threads = parallel_for_shares();
  const int64_t shares = elements % threads == 0 ? 1 : std::min(panels, threads);
  parallel_for(0, elements * shares, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t share = i % shares;
      body(dealt(i / shares, elements), panels * share / shares, panels * (share + 1) / shares);
    }
  });
}

}  // namespace huegrad
