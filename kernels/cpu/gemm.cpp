// Loops, from the outside: threads over a grid of C; columns of C in blocks whose packed B stays in L2; k in
// pieces; 12-row panels of A, packed into L1 just before use; panels of B; the micro-kernel, whose tile of C
// is in registers.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gemm.cpp"
#include "kernels/cpu/gemm.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include <algorithm>

#include "kernels/cpu/gemm_tile-inl.h"
#include "kernels/cpu/scratch.h"
#include "kernels/parallel.h"

#ifndef HUEGRAD_GEMM_BLOCK
#define HUEGRAD_GEMM_BLOCK
namespace huegrad {

constexpr int64_t kPanelRows = 12;
constexpr int64_t kBlockColumns = 512;

// What one thread computes: rows [m_first, m_last) and columns [n_first, n_last) of C.
struct GemmBlock {
  int64_t m_first, m_last, n_first, n_last;
  int64_t k_first, k_last;
  bool accumulate;
  const GemmOperand* a;
  const GemmOperand* b;
  const Conv2dEpilogue<float>* epilogue;
  const GemmOutput* c;
};

}  // namespace huegrad
#endif

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

// A tile of C: where its rows begin, how many there are and how many columns, whole vectors of them.
struct Tile {
  float* row[kPanelRows];
  int64_t rows, columns;
};

HWY_NOINLINE void multiply_tile(int64_t depth, const float* a, const float* b, const Tile& tile,
                                bool accumulate) {
  for (int64_t r = 0; r < tile.rows; r += kTileRows)
    if (tile.columns == kLanes)
      outer_products<kTileRows, 1, kPanelRows>(depth, a + r, b, tile.row + r, accumulate);
    else
      outer_products<kTileRows, kPanelColumns / kLanes, kPanelRows>(depth, a + r, b, tile.row + r,
                                                                    accumulate);
}

void finish_tile(const Conv2dEpilogue<float>& epilogue, const Tile& tile) {
  for (int64_t r = 0; r < tile.rows; ++r)
    for (int64_t i = 0; i < tile.columns; i += kLanes)
      hn::StoreU(finish(epilogue, i, hn::LoadU(kTag, tile.row[r] + i)), kTag, tile.row[r] + i);
}

// One piece of k for one panel of A: all panels of B it meets. Tiles that overhang C are computed aside.
void multiply_panel(const GemmBlock& block, float* const* row, int64_t rows, int64_t n_first, int64_t n_last,
                    int64_t depth, const float* a, const float* b, bool first, bool last) {
  HWY_ALIGN float aside[kPanelRows * kPanelColumns];
  for (int64_t n = n_first; n < n_last; n += kPanelColumns, b += depth * kPanelColumns) {
    const int64_t columns = std::min(kPanelColumns, n_last - n);
    Tile tile{.row = {}, .rows = rows, .columns = columns <= kLanes ? kLanes : kPanelColumns};
    const bool whole = rows == kPanelRows && columns == tile.columns;
    for (int64_t r = 0; r < kPanelRows; ++r) tile.row[r] = whole ? row[r] + n : aside + r * kPanelColumns;
    if (!whole) {
      std::fill_n(aside, kPanelRows * kPanelColumns, 0.0f);
      for (int64_t r = 0; r < rows && !first; ++r) std::copy_n(row[r] + n, columns, tile.row[r]);
    }
    multiply_tile(depth, a, b, tile, !first);
    if (last && has_effect(*block.epilogue))
      finish_tile(EpilogueAt(*block.epilogue, n, columns).epilogue, tile);
    if (!whole)
      for (int64_t r = 0; r < rows; ++r) std::copy_n(tile.row[r], columns, row[r] + n);
  }
}

// One block of columns and one piece of k.
void multiply_piece(const GemmBlock& block, int64_t n_first, int64_t n_last, int64_t k, int64_t depth) {
  thread_local Scratch scratch;
  const int64_t panels = (n_last - n_first + kPanelColumns - 1) / kPanelColumns;
  float* b = scratch.floats((panels * kPanelColumns + kPanelRows) * kGemmDepth);
  float* a = b + panels * kPanelColumns * kGemmDepth;
  for (int64_t panel = 0; panel < panels; ++panel) {
    const int64_t n = n_first + panel * kPanelColumns;
    block.b->pack(n, std::min(kPanelColumns, n_last - n), k, depth, kPanelColumns,
                  b + panel * kPanelColumns * depth);
  }
  for (int64_t m = block.m_first; m < block.m_last; m += kPanelRows) {
    const int64_t rows = std::min(kPanelRows, block.m_last - m);
    block.a->pack(m, rows, k, depth, kPanelRows, a);
    float* row[kPanelRows];
    for (int64_t r = 0; r < rows; ++r) row[r] = block.c->row(m + r);
    multiply_panel(block, row, rows, n_first, n_last, depth, a, b, k == block.k_first && !block.accumulate,
                   k + depth == block.k_last);
  }
}

void gemm_block(const GemmBlock& block) {
  const int64_t size = block.k_last - block.k_first;
  const int64_t pieces = (size + kGemmDepth - 1) / kGemmDepth;
  for (int64_t n = block.n_first; n < block.n_last; n += kBlockColumns)
    for (int64_t piece = 0; piece < pieces; ++piece) {
      const int64_t first = size * piece / pieces, last = size * (piece + 1) / pieces;
      multiply_piece(block, n, std::min(n + kBlockColumns, block.n_last), block.k_first + first,
                     last - first);
    }
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(gemm_block);

namespace {

// Multiply-accumulates worth a thread: about 10 us.
constexpr int64_t kGemmGrain = 1 << 19;

struct Grid {
  int64_t m, n;
};

// How many threads share the rows and how many the columns: of all grids, that with the smallest block, rows
// counted in panels; then that which packs least.
Grid best_grid(int64_t panels_m, int64_t panels_n, int64_t threads) {
  Grid best{1, 1};
  double best_cost = 1e300;
  for (int64_t m = 1; m <= std::min(threads, panels_m); ++m) {
    const int64_t n = std::clamp<int64_t>(threads / m, 1, panels_n);
    const double rows = double((panels_m + m - 1) / m) * kPanelRows;
    const double columns = double((panels_n + n - 1) / n) * kGemmMaxWidth;
    const double cost = rows * columns + 8 * (rows + columns);
    if (cost < best_cost) best_cost = cost, best = {m, n};
  }
  return best;
}

}  // namespace

void gemm(const GemmShape& shape, const GemmOperand& a, const GemmOperand& b,
          const Conv2dEpilogue<float>& epilogue, const GemmOutput& c) {
  const int64_t panels_m = (shape.m + kPanelRows - 1) / kPanelRows;
  const int64_t panels_n = (shape.n + kGemmMaxWidth - 1) / kGemmMaxWidth;
  const int64_t macs = shape.m * shape.n * (shape.k_last - shape.k_first);
  const Grid grid = best_grid(panels_m, panels_n, std::clamp<int64_t>(macs / kGemmGrain, 1, thread_count()));
  parallel_for(0, grid.m * grid.n, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t im = i / grid.n, in = i % grid.n;
      HWY_DYNAMIC_DISPATCH(gemm_block)
      ({.m_first = panels_m * im / grid.m * kPanelRows,
        .m_last = std::min(shape.m, panels_m * (im + 1) / grid.m * kPanelRows),
        .n_first = panels_n * in / grid.n * kGemmMaxWidth,
        .n_last = std::min(shape.n, panels_n * (in + 1) / grid.n * kGemmMaxWidth),
        .k_first = shape.k_first,
        .k_last = shape.k_last,
        .accumulate = shape.accumulate,
        .a = &a,
        .b = &b,
        .epilogue = &epilogue,
        .c = &c});
    }
  });
}

}  // namespace huegrad
#endif
