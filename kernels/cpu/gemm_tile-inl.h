// What the matrix products share: the tile of C that is kept in vector registers, and how it is finished.
// Compiled once per instruction set: include it after hwy/highway.h in a file that hwy/foreach_target.h
// re-includes.
#if defined(HUEGRAD_KERNELS_CPU_GEMM_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HUEGRAD_KERNELS_CPU_GEMM_TILE_INL_H_
#undef HUEGRAD_KERNELS_CPU_GEMM_TILE_INL_H_
#else
#define HUEGRAD_KERNELS_CPU_GEMM_TILE_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#include "kernels/conv2d.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

const hn::ScalableTag<float> kTag;
using Vector = hn::Vec<decltype(kTag)>;
constexpr int64_t kLanes = int64_t(hn::MaxLanes(hn::ScalableTag<float>()));
constexpr int64_t kPanelColumns = kLanes == 1 ? 4 : 2 * kLanes;
// A tile's accumulators fill the vector registers: 24 of 32, 12 of 16.
constexpr int kTileRows = kLanes == 16 ? 12 : kLanes == 1 ? 2 : 6;

// Rows of a block, in tiles of at most kTileRows whose sizes differ by at most one: a rest of one row would
// cost as much as a whole tile.
struct RowTiles {
  int64_t rows, count;
  explicit RowTiles(int64_t block_rows) : rows(block_rows), count((block_rows + kTileRows - 1) / kTileRows) {}
  int64_t first(int64_t tile) const { return rows * tile / count; }
};

// streamed: around the caches, to an aligned place.
HWY_INLINE void store(Vector value, bool streamed, float* to) {
  if (streamed)
    hn::Stream(value, kTag, to);
  else
    hn::StoreU(value, kTag, to);
}

// row[r][0..kVectors vectors) (+)= sum_k a[k][r] * b[k][:], a's rows kStep apart, b's kPanelColumns. The k
// loop is a do-while because GCC 12 keeps the accumulators of a counted loop in memory.
template <int kRows, int kVectors, int64_t kStep>
HWY_INLINE void outer_products(int64_t depth, const float* HWY_RESTRICT a, const float* HWY_RESTRICT b,
                               float* const* row, bool accumulate) {
  Vector sum[kRows][kVectors];
#pragma GCC unroll 12
  for (int r = 0; r < kRows; ++r) {
    hwy::Prefetch(row[r]);
    hwy::Prefetch(row[r] + kVectors * kLanes - 1);
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) sum[r][v] = hn::Zero(kTag);
  }
  do {
    Vector value[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) value[v] = hn::Load(kTag, b + v * kLanes);
#pragma GCC unroll 12
    for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sum[r][v] = hn::MulAdd(hn::Set(kTag, a[r]), value[v], sum[r][v]);
    a += kStep;
    b += kPanelColumns;
  } while (--depth > 0);
#pragma GCC unroll 12
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      float* c = row[r] + v * kLanes;
      hn::StoreU(accumulate ? hn::Add(sum[r][v], hn::LoadU(kTag, c)) : sum[r][v], kTag, c);
    }
}

HWY_INLINE bool has_effect(const Conv2dEpilogue<float>& epilogue) {
  return epilogue.bias || epilogue.relu || epilogue.scale;
}

// Of a vector at column i of the epilogue's arrays.
HWY_INLINE Vector finish(const Conv2dEpilogue<float>& epilogue, int64_t i, Vector value) {
  if (epilogue.bias) value = hn::Add(value, hn::LoadU(kTag, epilogue.bias + i));
  if (epilogue.relu) value = hn::Max(value, hn::Zero(kTag));
  if (epilogue.scale)
    value = hn::MulAdd(value, hn::LoadU(kTag, epilogue.scale + i), hn::LoadU(kTag, epilogue.shift + i));
  return value;
}

// The epilogue's vectors from column n on, at most `columns` of them, copied and padded where a vector load
// would leave the array.
struct EpilogueAt {
  Conv2dEpilogue<float> epilogue;
  float copies[3][kPanelColumns] = {};

  EpilogueAt(const Conv2dEpilogue<float>& whole, int64_t n, int64_t columns) : epilogue(whole) {
    epilogue.bias = at(whole.bias, n, columns, copies[0]);
    epilogue.scale = at(whole.scale, n, columns, copies[1]);
    epilogue.shift = at(whole.shift, n, columns, copies[2]);
  }
  static const float* at(const float* values, int64_t n, int64_t columns, float* copy) {
    if (!values || columns == kPanelColumns) return values ? values + n : nullptr;
    std::copy_n(values + n, columns, copy);
    return copy;
  }
};

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // once per instruction set
