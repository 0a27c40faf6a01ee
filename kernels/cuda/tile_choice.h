// Which tile a matrix product of some shape takes, and into how many pieces its summed axis is split: an
// estimate of the time of each, the shortest wins. Host code only, so that tests can ask.
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

namespace huegrad::cuda {

inline int64_t pieces(int64_t extent, int64_t piece) { return (extent + piece - 1) / piece; }

// rows x columns results, each a sum over `depth` values; `batch` such products at once.
struct ProductShape {
  int64_t rows = 0, columns = 0, depth = 0, batch = 1;
  double row_reads = 1;  // of a tile's values of the left matrix: how many times each comes from the L2 cache
};

struct TileKind {
  int rows, columns, threads, resident;
  int warp_reads;  // values that its warps read from shared memory for each value of depth
  int64_t shared_bytes;
  double products;  // multiply-accumulates of a multiprocessor in a clock cycle
};

// What the card does in a clock cycle, a multiprocessor at a time where nothing else is said.
struct TileMachine {
  int multiprocessors = 132;
  int step = 64, value_bytes = 2;    // the summed axis goes by in steps
  int64_t block_bytes = 227 * 1024;  // of shared memory that a block can have
  double shared_bytes = 128;         // to and from shared memory
  double cache_bytes = 28;           // from the L2 cache, while all of them read
  double memory_bytes = 15;
};

struct TileChoice {
  int kind = 0;
  int64_t splits = 1, steps_per_split = 0;
  double clocks = std::numeric_limits<double>::max();
};

// Time of one choice, in clock cycles. A multiprocessor works through its share of the blocks one after the
// other, as it were: those that are resident together only fill each other's waiting. A step takes as long as
// its products, as bringing its operands or as their way through shared memory, whichever is longest, and
// longer still where too few warps are resident to hide what each waits for. Then there are the beginning and
// the end of each round of blocks, and, for splits, the partial sums' way to memory and back and one more
// kernel.
inline double tile_clocks(const ProductShape& s, const TileKind& tile, const TileMachine& machine,
                          int64_t splits, int64_t steps_per_split) {
  constexpr double warps_that_hide = 8, round_clocks = 2000, kernel_clocks = 5000;
  const int64_t blocks = pieces(s.rows, tile.rows) * pieces(s.columns, tile.columns) * s.batch * splits;
  const int64_t share = pieces(blocks, machine.multiprocessors);
  const double products = double(tile.rows) * tile.columns * machine.step / tile.products;
  const double bytes =
      (tile.rows * s.row_reads + tile.columns) * machine.step * machine.value_bytes / machine.cache_bytes;
  const double shared = double(tile.warp_reads + tile.rows + tile.columns) * machine.step *
                        machine.value_bytes / machine.shared_bytes;
  const double warps = double(std::min<int64_t>(share, tile.resident) * tile.threads) / 32;
  const double step = std::max({products, bytes, shared}) * std::max(1.0, warps_that_hide / warps);
  double clocks =
      double(share * steps_per_split) * step + double(pieces(share, tile.resident)) * round_clocks;
  if (splits > 1)
    clocks += kernel_clocks + double(2 * splits * s.rows * s.columns * s.batch * 4) /
                                  (machine.memory_bytes * machine.multiprocessors);
  return clocks;
}

// Of the tiles that the card has shared memory for. Splits are as many as fill the card once, twice, ... with
// blocks, of at least four steps each.
inline TileChoice choose_tile(const ProductShape& s, std::span<const TileKind> kinds,
                              const TileMachine& machine) {
  constexpr int64_t most_rounds = 8, least_steps = 4;
  const int64_t steps = pieces(s.depth, machine.step);
  TileChoice best;
  for (size_t kind = 0; kind < kinds.size(); ++kind) {
    const TileKind& tile = kinds[kind];
    if (tile.shared_bytes > machine.block_bytes) continue;
    const int64_t blocks = pieces(s.rows, tile.rows) * pieces(s.columns, tile.columns) * s.batch;
    for (int64_t round = 0; round <= most_rounds; ++round) {
      const int64_t wanted = round * machine.multiprocessors / std::max<int64_t>(blocks, 1);
      const int64_t most = std::max<int64_t>(steps / least_steps, 1);
      const int64_t steps_per_split = pieces(steps, std::clamp<int64_t>(wanted, 1, most));
      const int64_t splits = std::max<int64_t>(pieces(steps, std::max<int64_t>(steps_per_split, 1)), 1);
      const double clocks = tile_clocks(s, tile, machine, splits, steps_per_split);
      if (clocks < best.clocks) best = {int(kind), splits, steps_per_split, clocks};
    }
  }
  return best;
}

}  // namespace huegrad::cuda
