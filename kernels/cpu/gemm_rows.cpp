#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gemm_rows.cpp"
#include "kernels/cpu/gemm_rows.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <utility>

#include "kernels/cpu/cache.h"
#include "kernels/cpu/ceil_div.h"
#include "kernels/cpu/digit_tiles.h"
#include "kernels/cpu/gemm_digits.h"
#include "kernels/cpu/gemm_tile-inl.h"
#include "kernels/cpu/scratch.h"
#include "kernels/parallel.h"

#ifndef HUEGRAD_GEMM_ROWS_BLOCK
#define HUEGRAD_GEMM_ROWS_BLOCK
namespace huegrad {

// Rows of A, so many of its floats, that stay in L2 beside a panel of B; whole tiles on every processor.
constexpr int64_t kRowsFloats = 40 << 10, kWholeTiles = 12;

}  // namespace huegrad
#endif

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

// The memory that comes after a panel of B, brought to the caches while the panel is used: each tile asks for
// a share.
struct NextPanel {
  const float* at;
  int64_t step;  // floats per k
};

// Runs of the rows of a tile: run `run` of row r begins at begin[run * rows + r].
struct Runs {
  const int64_t* length;
  int64_t count;
  const float* const* begin;
};

// row[r][0..kVectors vectors) = finish(sum_k a[r][k] * b[k][:]). Both loops are do-whiles because GCC 12
// keeps the accumulators of counted loops in memory.
template <int kRows>
HWY_NOINLINE void multiply(const Runs& runs, const float* HWY_RESTRICT b, NextPanel next,
                           const Conv2dEpilogue<float>& epilogue, bool streamed, float* const* row) {
  constexpr int kVectors = int(kPanelColumns / kLanes);
  Vector sum[kRows][kVectors];
#pragma GCC unroll 12
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) sum[r][v] = hn::Zero(kTag);
  const float* const* begin = runs.begin;
  const int64_t *length = runs.length, *last = length + runs.count;
  do {
    const float* a[kRows];
#pragma GCC unroll 12
    for (int r = 0; r < kRows; ++r) a[r] = begin[r];
    begin += kRows;
    int64_t k = 0;
    do {
      Vector value[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) value[v] = hn::Load(kTag, b + v * kLanes);
      hwy::Prefetch(next.at);
      next.at += next.step;
#pragma GCC unroll 12
      for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v)
          sum[r][v] = hn::MulAdd(hn::Set(kTag, a[r][k]), value[v], sum[r][v]);
      b += kPanelColumns;
    } while (++k < *length);
  } while (++length < last);
#pragma GCC unroll 12
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v)
      store(finish(epilogue, v * kLanes, sum[r][v]), streamed, row[r] + v * kLanes);
}

using Multiply = void (*)(const Runs& runs, const float* b, NextPanel next,
                          const Conv2dEpilogue<float>& epilogue, bool streamed, float* const* row);

template <int... kRows>
HWY_INLINE Multiply multiply_of(int64_t rows, std::integer_sequence<int, kRows...>) {
  constexpr Multiply kMultiply[] = {multiply<kRows + 1>...};
  return kMultiply[rows - 1];
}

// Calls the rows of a tile to the caches.
void prefetch_rows(const std::vector<int64_t>& runs, const float* const* begin, int64_t rows) {
  for (const int64_t length : runs)
    for (int64_t r = 0; r < rows; ++r, ++begin)
      for (int64_t k = 0; k < length; k += kCacheLineFloats) hwy::Prefetch(*begin + k);
}

// Columns [n, n + columns) of all rows of a block.
void multiply_columns(const RowTiles& tiles, const std::vector<int64_t>& runs, int64_t depth,
                      const float* const* begin, float* const* row, int64_t n, int64_t columns,
                      const float* b, const float* next, const Conv2dEpilogue<float>& epilogue, bool streamed,
                      bool call_rows) {
  HWY_ALIGN float aside[kTileRows * kPanelColumns];
  const EpilogueAt at(epilogue, n, columns);
  const int64_t step = (kPanelColumns + tiles.count - 1) / tiles.count;
  for (int64_t tile = 0; tile < tiles.count; ++tile) {
    const int64_t first = tiles.first(tile), rows = tiles.first(tile + 1) - first;
    const bool whole = columns == kPanelColumns;
    if (call_rows && tile + 1 < tiles.count)
      prefetch_rows(runs, begin + tiles.first(tile + 1) * int64_t(runs.size()),
                    tiles.first(tile + 2) - tiles.first(tile + 1));
    float* to[kTileRows];
    for (int64_t r = 0; r < rows; ++r) to[r] = whole ? row[first + r] + n : aside + r * kPanelColumns;
    multiply_of(rows, std::make_integer_sequence<int, kTileRows>())(
        {runs.data(), int64_t(runs.size()), begin + first * int64_t(runs.size())}, b,
        {next + tile * step * depth, step}, at.epilogue, streamed && whole, to);
    for (int64_t r = 0; r < rows && !whole; ++r) std::copy_n(to[r], columns, row[first + r] + n);
  }
}

void multiply_block(const RowsBlock& block) {
  thread_local std::vector<const float*> begin;
  thread_local std::vector<float*> row;
  thread_local Scratch scratch;
  const std::vector<int64_t>& runs = block.a->runs();
  const RowTiles tiles(block.m_last - block.m_first);
  begin.resize(size_t(tiles.rows) * runs.size());
  row.resize(size_t(tiles.rows));
  const int64_t space_of_row = block.a->space();
  float* space = scratch.floats(tiles.rows * space_of_row);
  for (int64_t tile = 0; tile < tiles.count; ++tile) {
    const int64_t first = tiles.first(tile), rows = tiles.first(tile + 1) - first;
    block.a->locate(block.m_first + first, rows, begin.data() + first * int64_t(runs.size()),
                    space + first * space_of_row);
    for (int64_t r = 0; r < rows; ++r) row[size_t(first + r)] = block.c->row(block.m_first + first + r);
  }
  const bool many = block.n_last - block.n_first > kPanelColumns;  // enough panels to pay for calling rows
  for (int64_t n = block.n_first; n < block.n_last; n += kPanelColumns) {
    const int64_t panel = n / kPanelColumns, next = n + kPanelColumns < block.n_last ? panel + 1 : panel;
    multiply_columns(tiles, runs, block.b->depth, begin.data(), row.data(), n,
                     std::min(kPanelColumns, block.n_last - n), block.b->panel(panel), block.b->panel(next),
                     *block.epilogue, block.c->streamed(), many && n == block.n_first);
  }
  if (block.c->streamed()) hwy::FlushStream();
}

int64_t panel_width() { return kPanelColumns; }

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(multiply_block);
HWY_EXPORT(panel_width);

int64_t gemm_panel_width() { return HWY_DYNAMIC_DISPATCH(panel_width)(); }

namespace {

// Rows are shared out by `unit`, which a block has whole, but for the last.
struct RowUnits {
  int64_t unit, most;  // rows of a block
};

RowUnits row_units(const PackedPanels& b) {
  if (b.digits) return {kTileSide, digit_block_rows(b.depth)};
  return {1, std::clamp<int64_t>(kRowsFloats / b.depth / kWholeTiles, 2, 40) * kWholeTiles};
}

}  // namespace

void gemm_rows(int64_t m, int64_t n, const GemmRows& a, const PackedPanels& b,
               const Conv2dEpilogue<float>& epilogue, const GemmOutput& c) {
  if (m == 0) return;
  const int64_t threads = parallel_for_shares(), panels = ceil_div(n, kGemmMaxWidth);
  const auto [unit, most] = row_units(b);
  const int64_t units = ceil_div(m, unit), row_blocks = ceil_div(m, most);
  // Few rows: threads share the columns. Many: the rows, so that each reads less of A.
  const int64_t column_blocks = row_blocks >= 2 * threads ? 1 : std::min(panels, threads);
  parallel_for(0, row_blocks * column_blocks, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t im = i / column_blocks, in = i % column_blocks;
      const RowsBlock block{.m_first = units * im / row_blocks * unit,
                            .m_last = std::min(m, units * (im + 1) / row_blocks * unit),
                            .n_first = panels * in / column_blocks * kGemmMaxWidth,
                            .n_last = std::min(n, panels * (in + 1) / column_blocks * kGemmMaxWidth),
                            .a = &a,
                            .b = &b,
                            .epilogue = &epilogue,
                            .c = &c};
      if (b.digits)
        multiply_digit_rows(block);
      else
        HWY_DYNAMIC_DISPATCH(multiply_block)(block);
    }
  });
}

}  // namespace huegrad
#endif
