#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gemm_digits.cpp"
#include "kernels/cpu/gemm_digits.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "kernels/cpu/ceil_div.h"
#include "kernels/cpu/digits-inl.h"
#include "kernels/cpu/gemm_tile-inl.h"
#include "kernels/cpu/pack.h"
#include "kernels/cpu/scratch.h"

#ifndef HUEGRAD_GEMM_DIGITS_SIZES
#define HUEGRAD_GEMM_DIGITS_SIZES
namespace huegrad {

constexpr int64_t kPanelTiles = 2;  // of columns
constexpr int64_t kPanelWidth = kPanelTiles * kTileSide;
constexpr int64_t kStepFloats = kStepBytes / int64_t(sizeof(float));  // that take as much memory
constexpr int64_t kRowsBytes = 384 << 10;                             // digits of rows of A that stay in L2
constexpr int64_t kPanelsBytes = 768 << 10;         // digits of B's panels that do, of a weight gradient
constexpr int64_t kLongestPiece = 16 * kDigitStep;  // of k, there

inline int64_t steps_of(int64_t depth) { return ceil_div(depth, kDigitStep); }

// A panel of B, converted.
struct DigitPanel {
  const int8_t* tile[kPanelTiles];
  const float* factor;

  DigitPanel(const float* data, int64_t steps) {
    for (int64_t i = 0; i < kPanelTiles; ++i)
      tile[i] = reinterpret_cast<const int8_t*>(data) + i * steps * kStepBytes;
    factor = data + kPanelTiles * steps * kStepFloats;
  }
};

}  // namespace huegrad
#endif

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

void convert_panel(const float* panel, int64_t depth, float* to) {
  const int64_t steps = steps_of(depth);
  auto* tiles = reinterpret_cast<int8_t*>(to);
  float* factor = to + kPanelTiles * steps * kStepFloats;
  for (int64_t column = 0; column < kPanelWidth; column += kLanes)
    digit_columns(panel + column, depth, kPanelWidth,
                  tiles + column / kTileSide * steps * kStepBytes + column % kTileSide * 4, factor + column);
}

// Rows of A as tiles, and what their sums are multiplied with.
struct DigitRows {
  int64_t steps;
  int8_t* tiles;
  float* factor;

  int8_t* tile(int64_t i) const { return tiles + i * steps * kStepBytes; }
};

// Rows of A, 64 floats at a time: where they lie, or, where runs are no whole steps, copied.
class StepsOfRows {
 public:
  StepsOfRows(const GemmRows& a, int64_t depth)
      : a_(a), whole_(depth % kDigitStep == 0), begin_(kept().begin), at_(kept().at) {
    for (const int64_t length : a.runs()) whole_ = whole_ && length % kDigitStep == 0;
    steps_ = steps_of(depth);
    const int64_t copies = whole_ ? 0 : steps_ * kDigitStep;
    copy_ = kept().scratch.floats(copies + a.space() * kTileSide);
    space_ = copy_ + copies;
    if (!whole_) std::fill(copy_ + depth, copy_ + copies, 0.0f);
    begin_.resize(a.runs().size() * kTileSide);
    at_.resize(size_t(steps_));
  }

  // Calls use(i, at) for rows first + i, i < count, at most a tile of them; at[step] is where 64 floats lie.
  template <class Use>
  void for_each(int64_t first, int64_t count, const Use& use) {
    a_.locate(first, count, begin_.data(), space_);
    for (int64_t i = 0; i < count; ++i) {
      float* copied = copy_;
      auto step = at_.begin();
      for (size_t run = 0; run < a_.runs().size(); ++run) {
        const float* from = begin_[run * size_t(count) + size_t(i)];
        if (whole_)
          for (int64_t k = 0; k < a_.runs()[run]; k += kDigitStep) *step++ = from + k;
        else
          copied = std::copy_n(from, a_.runs()[run], copied);
      }
      for (int64_t k = 0; step != at_.end(); k += kDigitStep) *step++ = copy_ + k;
      use(i, at_.data());
    }
  }

 private:
  struct Kept {
    Scratch scratch;
    std::vector<const float*> begin, at;
  };
  static Kept& kept() {
    thread_local Kept memory;
    return memory;
  }

  const GemmRows& a_;
  bool whole_;
  int64_t steps_;
  float *copy_, *space_;
  std::vector<const float*>&begin_, &at_;
};

// Rows [first, first + count) of A, from row 0 of the tiles on.
void convert_rows(const GemmRows& a, int64_t depth, int64_t first, int64_t count, const DigitRows& to) {
  StepsOfRows steps(a, depth);
  for (int64_t done = 0; done < count; done += kTileSide)
    steps.for_each(
        first + done, std::min(kTileSide, count - done), [&](int64_t i, const float* const* at) HWY_ATTR {
          to.factor[done + i] = digit_row(at, to.steps, to.tile(done / kTileSide) + i * kDigitStep);
        });
}

// One tile of results: rows r < rows, columns [0, columns) of 16, which are `column` further in the panel.
struct TileOutput {
  int64_t rows, columns, column;
  const float *row_factor, *column_factor;
};

// use(r, i, value): the lanes of row r from column i of the tile on.
template <class Use>
HWY_INLINE void for_each_result(const int32_t* sums, const TileOutput& tile, const Use& use) {
  for (int64_t r = 0; r < tile.rows; ++r)
    for (int64_t i = 0; i < kTileSide; i += kLanes) {
      const Vector of_row = hn::Set(kTag, tile.row_factor[r]);
      const Vector of_column = hn::LoadU(kTag, tile.column_factor + tile.column + i);
      use(r, i, hn::Mul(hn::Mul(sum_of_orders(sums, r * kTileSide + i), of_row), of_column));
    }
}

HWY_INLINE void store_rows(const int32_t* sums, const TileOutput& tile, const Conv2dEpilogue<float>& epilogue,
                           bool streamed, float* const* row, int64_t n) {
  HWY_ALIGN float aside[kTileSide];
  const bool whole = tile.columns == kTileSide;
  for_each_result(sums, tile, [&](int64_t r, int64_t i, Vector value) HWY_ATTR {
    float* to = row[r] + n + tile.column;
    store(finish(epilogue, tile.column + i, value), streamed && whole, (whole ? to : aside) + i);
    if (!whole && i + kLanes == kTileSide) std::copy_n(aside, tile.columns, to);
  });
}

// All rows with columns [n, n + columns).
void multiply_panel(const DigitTiles& tiles, const DigitRows& a, int64_t rows, float* const* row,
                    const DigitPanel& b, int64_t n, int64_t columns, const int8_t* ahead,
                    const RowsBlock& block) {
  HWY_ALIGN int32_t sums[kTileSums];
  const EpilogueAt at(*block.epilogue, n, columns);
  const int64_t row_tiles = ceil_div(rows, kTileSide);
  const int64_t column_tiles = ceil_div(columns, kTileSide);
  const int64_t panel_bytes = digit_panel_size(block.b->depth) * int64_t(sizeof(float));
  const int64_t share = ahead ? (panel_bytes / (row_tiles * column_tiles * a.steps) + 63) / 64 * 64 : 0;
  for (int64_t j = 0; j < column_tiles; ++j)
    for (int64_t i = 0; i < row_tiles; ++i, ahead += share * a.steps) {
      tiles.multiply({a.tile(i), b.tile[j], a.steps, ahead, share, sums});
      const int64_t first = i * kTileSide, column = j * kTileSide;
      store_rows(sums,
                 {std::min(kTileSide, rows - first), std::min(kTileSide, columns - column), column,
                  a.factor + first, b.factor},
                 at.epilogue, block.c->streamed(), row + first, n);
    }
}

void multiply_rows(const RowsBlock& block) {
  thread_local std::vector<float*> row;
  thread_local std::vector<float> factors;
  thread_local Scratch scratch;
  const int64_t rows = block.m_last - block.m_first, steps = steps_of(block.b->depth);
  const int64_t row_tiles = ceil_div(rows, kTileSide);
  row.resize(size_t(rows));
  factors.resize(size_t(row_tiles * kTileSide));
  const DigitRows a{steps, reinterpret_cast<int8_t*>(scratch.floats(row_tiles * steps * kStepFloats)),
                    factors.data()};
  convert_rows(*block.a, block.b->depth, block.m_first, rows, a);
  for (int64_t r = 0; r < rows; ++r) row[size_t(r)] = block.c->row(block.m_first + r);
  const DigitTiles tiles;
  for (int64_t n = block.n_first; n < block.n_last; n += kPanelWidth) {
    const float* panel = block.b->panel(n / kPanelWidth);
    const bool more = n + kPanelWidth < block.n_last;
    multiply_panel(tiles, a, rows, row.data(), {panel, steps}, n, std::min(kPanelWidth, block.n_last - n),
                   more ? reinterpret_cast<const int8_t*>(block.b->panel(n / kPanelWidth + 1)) : nullptr,
                   block);
  }
  if (block.c->streamed()) hwy::FlushStream();
}

// A panel of A as tiles of rows: those of columns, turned word by word.
void convert_turned(const float* panel, int64_t depth, float* space, const DigitRows& to) {
  convert_panel(panel, depth, space);
  const DigitPanel columns(space, to.steps);
  for (int64_t i = 0; i < kPanelTiles; ++i)
    for (int64_t tile = 0; tile < to.steps * kDigits; ++tile) {
      const float* item[kTileSide];
      for (int64_t j = 0; j < kTileSide; ++j)
        item[j] = reinterpret_cast<const float*>(columns.tile[i] + tile * kTileBytes + j * kDigitStep);
      pack_transposed(item, kTileSide, kTileSide, reinterpret_cast<float*>(to.tile(i) + tile * kTileBytes));
    }
  std::copy_n(columns.factor, kPanelWidth, to.factor);
}

HWY_INLINE void store_gradient(const int32_t* sums, const TileOutput& tile, PanelOutput output, float* c,
                               int64_t stride) {
  HWY_ALIGN float aside[kTileSide];
  const bool whole = tile.columns == kTileSide;
  for_each_result(sums, tile, [&](int64_t r, int64_t i, Vector value) HWY_ATTR {
    float* to = c + r * stride + tile.column;
    if (whole) {
      if (output == PanelOutput::add) value = hn::Add(value, hn::LoadU(kTag, to + i));
      store(value, output == PanelOutput::stream, to + i);
      return;
    }
    hn::Store(value, kTag, aside + i);
    if (i + kLanes < kTileSide) return;
    for (int64_t j = 0; j < tile.columns; ++j) to[j] = aside[j] + (output == PanelOutput::add ? to[j] : 0);
  });
}

// A piece of k.
void multiply_piece(const DigitTiles& tiles, int64_t m, int64_t n, int64_t k, int64_t rows, const float* a,
                    const float* b, PanelOutput output, float* c, int64_t stride) {
  thread_local Scratch scratch;
  HWY_ALIGN int32_t sums[kTileSums];
  const int64_t steps = steps_of(k), size = digit_panel_size(k);
  const int64_t panels = ceil_div(n, kPanelWidth);
  float* memory = scratch.floats((panels + 2) * size);
  float *b_panels = memory, *a_panel = memory + panels * size, *space = a_panel + size;
  const DigitRows turned{steps, reinterpret_cast<int8_t*>(a_panel), a_panel + size - kPanelWidth};
  for (int64_t j = 0; j < panels; ++j) convert_panel(b + j * rows * kPanelWidth, k, b_panels + j * size);
  for (int64_t i = 0; i < m; i += kPanelWidth) {
    convert_turned(a + i * rows, k, space, turned);
    for (int64_t column = 0; column < n; column += kTileSide)
      for (int64_t row = i; row < std::min(m, i + kPanelWidth); row += kTileSide) {
        const DigitPanel panel(b_panels + column / kPanelWidth * size, steps);
        const int64_t in_panel = column % kPanelWidth;
        tiles.multiply(
            {turned.tile((row - i) / kTileSide), panel.tile[in_panel / kTileSide], steps, nullptr, 0, sums});
        store_gradient(sums,
                       {std::min(kTileSide, m - row), std::min(kTileSide, n - column), in_panel,
                        turned.factor + row - i, panel.factor},
                       output, c + row * stride + column - in_panel, stride);
      }
  }
}

void multiply_panels(int64_t m, int64_t n, int64_t k, int64_t rows, const float* a, const float* b,
                     PanelOutput output, float* c, int64_t stride) {
  const DigitTiles tiles;
  const int64_t step_bytes = ceil_div(n, kPanelWidth) * kPanelTiles * kStepBytes;
  const int64_t most = std::clamp(kPanelsBytes / step_bytes * kDigitStep, kLeastDigitPiece, kLongestPiece);
  const int64_t pieces = ceil_div(k, most), length = steps_of(ceil_div(k, pieces)) * kDigitStep;
  // What is added to is not written around the caches.
  if (pieces > 1 && output == PanelOutput::stream) output = PanelOutput::write;
  for (int64_t first = 0; first < k; first += length) {
    multiply_piece(tiles, m, n, std::min(length, k - first), rows, a + first * kPanelWidth,
                   b + first * kPanelWidth, first > 0 ? PanelOutput::add : output, c, stride);
  }
  if (output == PanelOutput::stream) hwy::FlushStream();
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(convert_panel);
HWY_EXPORT(multiply_rows);
HWY_EXPORT(multiply_panels);

namespace {

std::atomic<CpuProducts> chosen = CpuProducts::automatic;

}  // namespace

void choose_cpu_products(CpuProducts choice) { chosen = choice; }
CpuProducts cpu_products() { return chosen; }

bool cpu_multiplies_on_tiles() {
  return gemm_panel_width() == kPanelWidth &&
         (chosen == CpuProducts::tiles || (chosen == CpuProducts::automatic && has_digit_tiles()));
}

bool digits_suit(int64_t depth) {
  // Sums of 2^15 products of digits, three at a time, stay below 2^31.
  if (!cpu_multiplies_on_tiles() || depth < 1 || depth > 1 << 15) return false;
  return chosen == CpuProducts::tiles || 3 * depth >= 2 * steps_of(depth) * kDigitStep;
}

bool digits_suit_gradient(int64_t m, int64_t n, int64_t k) {
  constexpr int64_t kLeastProducts = 8192;
  return digits_suit(std::min(k, kLongestPiece)) &&
         (chosen == CpuProducts::tiles || (m * n >= kLeastProducts && std::min(m, n) >= kTileSide));
}

int64_t digit_panel_size(int64_t depth) { return kPanelTiles * steps_of(depth) * kStepFloats + kPanelWidth; }

int64_t digit_block_rows(int64_t depth) {
  return std::max(kPanelWidth,
                  kRowsBytes / (steps_of(depth) * kDigits * kDigitStep) / kPanelWidth * kPanelWidth);
}

void pack_digit_panel(const float* panel, int64_t depth, float* to) {
  HWY_DYNAMIC_DISPATCH(convert_panel)(panel, depth, to);
}

void multiply_digit_rows(const RowsBlock& block) { HWY_DYNAMIC_DISPATCH(multiply_rows)(block); }

void multiply_digit_panels(int64_t m, int64_t n, int64_t k, int64_t rows, const float* a, const float* b,
                           PanelOutput output, float* c, int64_t stride) {
  HWY_DYNAMIC_DISPATCH(multiply_panels)(m, n, k, rows, a, b, output, c, stride);
}

}  // namespace huegrad
#endif
