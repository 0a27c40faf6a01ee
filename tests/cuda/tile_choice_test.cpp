// What the estimate chooses on an H100 (132 multiprocessors) for layers of the network, in bfloat16.
#include "kernels/cuda/tile_choice.h"

#include <doctest/doctest.h>

using namespace huegrad::cuda;

namespace {

constexpr TileKind kKinds[] = {{128, 128, 128, 2, 512, 96 << 10, 1280},
                               {256, 128, 256, 1, 1024, 144 << 10, 1280},
                               {256, 64, 256, 1, 768, 120 << 10, 1280},
                               {128, 64, 128, 3, 384, 72 << 10, 1280},
                               {64, 64, 128, 4, 256, 48 << 10, 1280}};
constexpr TileMachine kH100 = {};

// A 3x3 convolution of `size` x `size` pixels.
ProductShape convolution(int64_t batch, int64_t size, int64_t in_channels, int64_t out_channels) {
  return {.rows = batch * size * size, .columns = out_channels, .depth = 9 * in_channels, .row_reads = 0.25};
}

int64_t blocks(const ProductShape& s, const TileChoice& choice) {
  const TileKind& tile = kKinds[choice.kind];
  return pieces(s.rows, tile.rows) * pieces(s.columns, tile.columns) * choice.splits;
}

}  // namespace

TEST_CASE("tile choice: batches of training take large tiles that their channels fill") {
  for (const int64_t batch : {32, 64}) {
    for (const ProductShape& s : {convolution(batch, 56, 256, 256), convolution(batch, 28, 512, 512)}) {
      const TileChoice choice = choose_tile(s, kKinds, kH100);
      CHECK(kKinds[choice.kind].rows >= 128);
      CHECK(kKinds[choice.kind].columns == 128);
      CHECK(choice.splits == 1);
    }
    const TileChoice narrow = choose_tile(convolution(batch, 112, 64, 64), kKinds, kH100);
    CHECK(kKinds[narrow.kind].rows >= 128);
    CHECK(kKinds[narrow.kind].columns == 64);
  }
}

TEST_CASE("tile choice: a card with less shared memory takes what it has room for") {
  const ProductShape s = convolution(32, 28, 512, 512);
  for (const int64_t kilobytes : {163, 99, 64}) {
    const TileChoice choice = choose_tile(s, kKinds, {.block_bytes = kilobytes << 10});
    CHECK(kKinds[choice.kind].shared_bytes <= kilobytes << 10);
    CHECK(choice.steps_per_split > 0);
  }
}

TEST_CASE("tile choice: one small picture is split until nearly every multiprocessor has work") {
  const ProductShape s = convolution(1, 28, 512, 512);
  const TileChoice choice = choose_tile(s, kKinds, kH100);
  CHECK(choice.splits > 1);
  CHECK(10 * blocks(s, choice) >= 9 * kH100.multiprocessors);
  const TileChoice whole = choose_tile(s, std::span(kKinds).first(1), {.multiprocessors = 1});
  CHECK(whole.splits == 1);
}

TEST_CASE("tile choice: splits cover the summed axis, each has work, none is empty") {
  for (const int64_t depth : {1, 31, 32, 33, 300, 4608, 200'704})
    for (const int64_t columns : {1, 64, 576, 4608}) {
      CAPTURE(depth);
      CAPTURE(columns);
      const TileChoice choice = choose_tile({.rows = 64, .columns = columns, .depth = depth}, kKinds, kH100);
      const int64_t steps = pieces(depth, kH100.step);
      CHECK(choice.splits * choice.steps_per_split >= steps);
      CHECK((choice.splits - 1) * choice.steps_per_split < steps);
    }
}
