#include "kernels/cpu/winograd_blocks.h"

#include <hwy/cache_control.h>

#include "kernels/cpu/cache.h"
#include "kernels/cpu/scratch.h"

namespace huegrad {
namespace {

constexpr int64_t kBlockFloats = 20 << 20;  // transformed input and output of a block: 80 MiB

}  // namespace

int64_t block_tiles(const WinogradTiles& t, int64_t count, int64_t depth) {
  const int64_t floats = t.algorithm->elements() * (depth + t.out_channels);
  const int64_t most = std::max<int64_t>(48, kBlockFloats / floats);
  return ceil_div(count, ceil_div(count, most));
}

bool streams(const WinogradTiles& t, int64_t size) {
  return size > kCachedFloats && t.in_channels % kCacheLineFloats == 0 &&
         t.out_channels % kCacheLineFloats == 0;
}

float* block_space(int64_t size) {
  thread_local Scratch scratch;
  return scratch.floats(size);
}

void transform_input(const WinogradTiles& tiles, const TileOrder::Range& block, const float* x,
                     const ElementLayout& elements, int64_t step) {
  const TileOrder order(tiles);
  parallel_for(0, block.size(), 4, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float* pixel[kMostWinogradElements];
      order.input(block.first + i, x, pixel)
          .input(pixel, tiles.in_channels,
                 {elements.memory + i * step, elements.stride, elements.panel, elements.streamed});
    }
    if (elements.streamed) hwy::FlushStream();
  });
}

}  // namespace huegrad
