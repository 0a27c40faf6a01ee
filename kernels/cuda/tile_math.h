// What a warp does with a tile in shared memory: sum += a * b, where a has 16 * M rows, b 8 * N columns and
// both `depth` values along the summed axis. Three ways to multiply, one place for the results: value i of
// piece (m, n) belongs to row 16 m + lane / 4 + 8 (i / 2) and column 8 n + 2 (lane % 4) + i % 2, as the
// tensor cores have it (PTX ISA, "Matrix fragments for mma").
#pragma once
#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

// How values lie in shared memory: summed axis contiguous, or rows (columns of b) contiguous.
template <class Storage, int pitch>
struct DepthContiguous {
  const Storage* base;
  __device__ __forceinline__ Storage at(int row, int k) const { return base[row * pitch + k]; }
  __device__ __forceinline__ unsigned pair(int row, int k) const {
    return *reinterpret_cast<const unsigned*>(base + row * pitch + k);
  }
};
template <class Storage, int pitch>
struct RowsContiguous {
  const Storage* base;
  __device__ __forceinline__ Storage at(int row, int k) const { return base[k * pitch + row]; }
  __device__ __forceinline__ unsigned pair(int row, int k) const {
    return unsigned(at(row, k).bits) | unsigned(at(row, k + 1).bits) << 16;
  }
};

// bfloat16 on tensor cores, 16 deep.
struct Bfloat16Math {
  using Storage = bfloat16;
  static constexpr int depth = 32;

  template <int M, int N, class A, class B>
  static __device__ __forceinline__ void accumulate(const A& a, const B& b, float (&sum)[M][N][4]) {
    const int group = int(threadIdx.x) % 32 / 4, place = int(threadIdx.x) % 4 * 2;
#pragma unroll
    for (int k = 0; k < depth; k += 16) {
      unsigned rows[M][4], columns[N][2];
#pragma unroll
      for (int m = 0; m < M; ++m)
#pragma unroll
        for (int i = 0; i < 4; ++i) rows[m][i] = a.pair(16 * m + group + i % 2 * 8, k + place + i / 2 * 8);
#pragma unroll
      for (int n = 0; n < N; ++n)
#pragma unroll
        for (int i = 0; i < 2; ++i) columns[n][i] = b.pair(8 * n + group, k + place + i * 8);
#pragma unroll
      for (int m = 0; m < M; ++m)
#pragma unroll
        for (int n = 0; n < N; ++n) mma_m16n8k16(sum[m][n], rows[m], columns[n], sum[m][n]);
    }
  }
};

// float rounded to TF32 on tensor cores, 8 deep.
struct TensorFloat32Math {
  using Storage = float;
  static constexpr int depth = 16;

  template <int M, int N, class A, class B>
  static __device__ __forceinline__ void accumulate(const A& a, const B& b, float (&sum)[M][N][4]) {
    const int group = int(threadIdx.x) % 32 / 4, place = int(threadIdx.x) % 4;
#pragma unroll
    for (int k = 0; k < depth; k += 8) {
      unsigned rows[M][4], columns[N][2];
#pragma unroll
      for (int m = 0; m < M; ++m)
#pragma unroll
        for (int i = 0; i < 4; ++i)
          rows[m][i] = to_tf32(a.at(16 * m + group + i % 2 * 8, k + place + i / 2 * 4));
#pragma unroll
      for (int n = 0; n < N; ++n)
#pragma unroll
        for (int i = 0; i < 2; ++i) columns[n][i] = to_tf32(b.at(8 * n + group, k + place + i * 4));
#pragma unroll
      for (int m = 0; m < M; ++m)
#pragma unroll
        for (int n = 0; n < N; ++n) mma_m16n8k8(sum[m][n], rows[m], columns[n], sum[m][n]);
    }
  }
};

// float, every product exact to a rounding: the card's ordinary multipliers.
struct Float32Math {
  using Storage = float;
  static constexpr int depth = 16;

  template <int M, int N, class A, class B>
  static __device__ __forceinline__ void accumulate(const A& a, const B& b, float (&sum)[M][N][4]) {
    const int group = int(threadIdx.x) % 32 / 4, place = int(threadIdx.x) % 4 * 2;
#pragma unroll
    for (int k = 0; k < depth; ++k) {
      float rows[M][2], columns[N][2];
#pragma unroll
      for (int m = 0; m < M; ++m)
#pragma unroll
        for (int i = 0; i < 2; ++i) rows[m][i] = a.at(16 * m + group + i * 8, k);
#pragma unroll
      for (int n = 0; n < N; ++n)
#pragma unroll
        for (int i = 0; i < 2; ++i) columns[n][i] = b.at(8 * n + place + i, k);
#pragma unroll
      for (int m = 0; m < M; ++m)
#pragma unroll
        for (int n = 0; n < N; ++n)
#pragma unroll
          for (int i = 0; i < 4; ++i) sum[m][n][i] = fmaf(rows[m][i / 2], columns[n][i % 2], sum[m][n][i]);
    }
  }
};

// A block's tile: rows x columns, made by warps of 32 x 32 or 64 x 32 values each.
template <int rows_, int columns_, int warp_rows_, int warp_columns_, int stages_>
struct Tile {
  static constexpr int rows = rows_, columns = columns_, stages = stages_;
  static constexpr int warp_rows = warp_rows_, warp_columns = warp_columns_;
  static constexpr int M = warp_rows / 16, N = warp_columns / 8;
  static constexpr int warps_across = columns / warp_columns;
  static constexpr int threads = rows / warp_rows * warps_across * 32;

  static __device__ __forceinline__ int first_row() {
    return int(threadIdx.x) / 32 / warps_across * warp_rows;
  }
  static __device__ __forceinline__ int first_column() {
    return int(threadIdx.x) / 32 % warps_across * warp_columns;
  }
  // Calls visit(row, column, value) for each of the thread's values, in tile coordinates.
  template <class Visit>
  static __device__ __forceinline__ void for_each(const float (&sum)[M][N][4], const Visit& visit) {
    const int group = int(threadIdx.x) % 32 / 4, place = int(threadIdx.x) % 4 * 2;
#pragma unroll
    for (int m = 0; m < M; ++m)
#pragma unroll
      for (int n = 0; n < N; ++n)
#pragma unroll
        for (int i = 0; i < 4; ++i)
          visit(first_row() + 16 * m + group + i / 2 * 8, first_column() + 8 * n + place + i % 2,
                sum[m][n][i]);
  }
};

using LargeTile = Tile<128, 128, 64, 32, 4>;
using SmallTile = Tile<64, 64, 32, 32, 4>;

}  // namespace huegrad::cuda
