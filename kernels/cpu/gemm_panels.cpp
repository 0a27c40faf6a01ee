#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gemm_panels.cpp"
#include "kernels/cpu/gemm_panels.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <utility>

#include "kernels/cpu/gemm_digits.h"
#include "kernels/cpu/gemm_tile-inl.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

// So much of k that a panel of A and one of B stay in L1 together. Each piece is summed by itself, which
// keeps the rounding of long sums down.
constexpr int64_t kPanelDepth = 128;

// tile (kRows, kPanelColumns) = or += sum_k a[k][0..kRows) b[k][:]
template <int kRows>
HWY_NOINLINE void multiply(int64_t depth, const float* a, const float* b, bool accumulate, float* tile) {
  float* row[kRows];
  for (int r = 0; r < kRows; ++r) row[r] = tile + r * kPanelColumns;
  outer_products<kRows, int(kPanelColumns / kLanes), kPanelColumns>(depth, a, b, row, accumulate);
}

using Multiply = void (*)(int64_t depth, const float* a, const float* b, bool accumulate, float* tile);

template <int... kRows>
HWY_INLINE Multiply multiply_of(int64_t rows, std::integer_sequence<int, kRows...>) {
  constexpr Multiply kMultiply[] = {multiply<kRows + 1>...};
  return kMultiply[rows - 1];
}

// The product of two panels, of which the first has `columns`: tile (columns, kPanelColumns).
HWY_INLINE void multiply_panels(int64_t columns, int64_t k, const float* a, const float* b, float* tile) {
  if (k == 0) std::fill_n(tile, kPanelColumns * kPanelColumns, 0.0f);
  const RowTiles rows(columns);
  for (int64_t first = 0; first < k; first += kPanelDepth)
    for (int64_t i = 0; i < rows.count; ++i) {
      const int64_t row = rows.first(i);
      multiply_of(rows.first(i + 1) - row, std::make_integer_sequence<int, kTileRows>())(
          std::min(kPanelDepth, k - first), a + first * kPanelColumns + row, b + first * kPanelColumns,
          first > 0, tile + row * kPanelColumns);
    }
}

// The first `columns` of a row of a tile.
HWY_INLINE void store_row(int64_t columns, const float* row, PanelOutput output, float* c) {
  if (output == PanelOutput::stream && columns == kPanelColumns) {
    for (int64_t i = 0; i < kPanelColumns; i += kLanes) hn::Stream(hn::Load(kTag, row + i), kTag, c + i);
    return;
  }
  for_each_vector(columns, [=](auto d, int64_t i) HWY_ATTR {
    const auto value = hn::LoadU(d, row + i);
    hn::StoreU(output == PanelOutput::add ? hn::Add(value, hn::LoadU(d, c + i)) : value, d, c + i);
  });
}

void multiply_all_panels(int64_t m, int64_t n, int64_t k, int64_t rows, const float* a, const float* b,
                         PanelOutput output, float* c, int64_t stride) {
  HWY_ALIGN float tile[kPanelColumns * kPanelColumns];
  const int64_t panel = rows * kPanelColumns;
  for (int64_t i = 0; i < m; i += kPanelColumns)
    for (int64_t j = 0; j < n; j += kPanelColumns) {
      const int64_t rows_of_c = std::min(kPanelColumns, m - i);
      multiply_panels(rows_of_c, k, a + i / kPanelColumns * panel, b + j / kPanelColumns * panel, tile);
      for (int64_t row = 0; row < rows_of_c; ++row)
        store_row(std::min(kPanelColumns, n - j), tile + row * kPanelColumns, output,
                  c + (i + row) * stride + j);
    }
  if (output == PanelOutput::stream) hwy::FlushStream();
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(multiply_all_panels);

void gemm_panels(int64_t m, int64_t n, int64_t k, int64_t rows, const float* a, const float* b, bool digits,
                 PanelOutput output, float* c, int64_t stride) {
  if (digits) return multiply_digit_panels(m, n, k, rows, a, b, output, c, stride);
  HWY_DYNAMIC_DISPATCH(multiply_all_panels)(m, n, k, rows, a, b, output, c, stride);
}

}  // namespace huegrad
#endif
