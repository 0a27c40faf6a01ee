// Products by warpgroups: like the ways of tile_math.h, for tiles whose warps have 16 rows each and all
// columns. Nothing passes through registers but the sums, and tensor cores have the next step's products
// queued while they do this one's.
#pragma once
#include <type_traits>

#include "kernels/cuda/tile_math.h"
#include "kernels/cuda/warpgroup.h"

namespace huegrad::cuda {

// How an operand lies for a warpgroup: from its first row on (or from column 0), and how many bytes apart are
// the parts that one product takes: 32 bytes of every line, or sixteen lines.
template <class Operand>
struct WarpgroupOperand;

template <class Storage>
struct WarpgroupOperand<DepthContiguous<Storage>> {
  static constexpr bool rows_contiguous = false;
  static constexpr int part_bytes = 32;
  static __device__ __forceinline__ SharedMatrix matrix(const DepthContiguous<Storage>& operand) {
    constexpr int next_pack = 16;
    return shared_matrix(operand.base + operand.offset(operand.first & ~63, 0), next_pack, 8 * 128);
  }
};

template <>
struct WarpgroupOperand<RowsContiguous<bfloat16>> {
  static constexpr bool rows_contiguous = true;
  static constexpr int part_bytes = 16 * 128;
  static __device__ __forceinline__ SharedMatrix matrix(const RowsContiguous<bfloat16>& operand) {
    return shared_matrix(operand.base + operand.offset(operand.first & ~63, 0),
                         operand.kPanel * int(sizeof(bfloat16)), 8 * 128);
  }
};

// bfloat16, or float as TF32, which is not rounded to: the tensor cores do not see the last 13 bits.
template <class Storage_>
struct WarpgroupMath {
  using Storage = Storage_;
  static constexpr bool is_bfloat16 = std::is_same_v<Storage, bfloat16>;
  static constexpr int parts = 1, behind = 1, products_per_clock = is_bfloat16 ? 1800 : 900;

  static __device__ __forceinline__ void publish() { publish_shared(); }

  // The first product does not add.
  template <int N>
  static __device__ __forceinline__ void start(float (&)[1][N][4]) {}

  template <int N, class A, class B, class Between>
  static __device__ __forceinline__ void accumulate(const A& a, const B& b, float (&sum)[1][N][4], bool first,
                                                    const Between& between) {
    using Rows = WarpgroupOperand<A>;
    using Columns = WarpgroupOperand<B>;
    constexpr int products = 4;  // of a step
    const SharedMatrix rows = Rows::matrix(a), columns = Columns::matrix(b);
    warpgroup_begin();
#pragma unroll
    for (int i = 0; i < products; ++i) {
      const SharedMatrix some_rows = advanced(rows, i * Rows::part_bytes);
      const SharedMatrix some_columns = advanced(columns, i * Columns::part_bytes);
      const bool add = i > 0 || !first;
      if constexpr (is_bfloat16)
        warpgroup_product_bfloat16<Rows::rows_contiguous, Columns::rows_contiguous>(sum[0], some_rows,
                                                                                    some_columns, add);
      else
        warpgroup_product_tf32(sum[0], some_rows, some_columns, add);
    }
    warpgroup_commit();
    between(0);
    warpgroup_wait<behind>();
  }

  template <int N>
  static __device__ __forceinline__ void finish(float (&sum)[1][N][4], bool any) {
    warpgroup_wait<0>();
#pragma unroll
    for (int n = 0; n < N; ++n)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        warpgroup_settle(sum[0][n][i]);
        if (!any) sum[0][n][i] = 0;
      }
  }
};

// Four warps together read their 64 rows and all columns.
template <int rows, int columns, int stages, int resident>
struct WarpgroupTile : Tile<rows, columns, 16, columns, stages, resident> {
  static constexpr int warp_reads = rows / 64 * (64 + columns);
};

using TallWarpgroups = WarpgroupTile<256, 128, 3, 1>;  // leaves the first-level cache room for taps' pixels
using WideWarpgroups = WarpgroupTile<128, 256, 4, 1>;
using SquareWarpgroups = WarpgroupTile<128, 128, 3, 2>;
using NarrowWarpgroups = WarpgroupTile<128, 64, 4, 2>;  // for layers of 64 channels

}  // namespace huegrad::cuda
