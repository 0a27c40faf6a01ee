// What a warp does with a tile in shared memory: sum += a * b, where a has 16 * M rows, b 8 * N columns and
// both `depth` values along the summed axis. Three ways to multiply, one place for the results: value i of
// piece (m, n) belongs to row 16 m + lane / 4 + 8 (i / 2) and column 8 n + 2 (lane % 4) + i % 2, as the
// tensor cores have it (PTX ISA, "Matrix fragments for mma").
//
// Fragments are read by ldmatrix, whose lanes name eight rows of 16 bytes at a time: without a conflict where
// those fall into the eight eighths of a 128-byte line of banks. The pitches see to that:
//
//   depth contiguous   80 bytes = 5 * 16: rows 0..7 begin at 0, 5, 2, 7, 4, 1, 6, 3 (times 16, modulo 128)
//   rows contiguous    272 or 144 bytes = 17 or 9 * 16: 0, 1, 2, ..., 7
#pragma once
#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

__device__ __forceinline__ int lane_id() { return int(threadIdx.x) % 32; }

// How values lie in shared memory: summed axis contiguous, or rows (columns of b) contiguous. Both hand out
// fragments 32 bytes deep, as bits:
//   rows(row, k, a)           16 rows as mma's left operand
//   columns(column, k, b, c)  twice 8 columns as mma's right operand
template <class Storage, int pitch>
struct DepthContiguous {
  const Storage* base;

  __device__ __forceinline__ float at(int row, int k) const { return to_float(base[row * pitch + k]); }

  // A matrix of ldmatrix is 8 rows by 16 bytes; floats are pairs of 16-bit halves to it.
  __device__ __forceinline__ void rows(int row, int k, unsigned (&a)[4]) const {
    ldmatrix_x4(a, base + (row + lane_id() % 16) * pitch + k + lane_id() / 16 * kPack<Storage>);
  }
  __device__ __forceinline__ void columns(int column, int k, unsigned (&b)[2], unsigned (&c)[2]) const {
    unsigned four[4];
    ldmatrix_x4(four, base + (column + lane_id() % 8 + lane_id() / 16 * 8) * pitch + k +
                          lane_id() / 8 % 2 * kPack<Storage>);
    b[0] = four[0], b[1] = four[1], c[0] = four[2], c[1] = four[3];
  }
};

template <class Storage, int pitch>
struct RowsContiguous {
  const Storage* base;

  __device__ __forceinline__ float at(int row, int k) const { return to_float(base[k * pitch + row]); }

  // ldmatrix transposes 16-bit values. Floats are read one by one: lanes (row, k) of 8 x 4 fall into 32
  // banks, for the pitch is 8 modulo 32.
  __device__ __forceinline__ void rows(int row, int k, unsigned (&a)[4]) const {
    if constexpr (sizeof(Storage) == 2)
      ldmatrix_x4_transposed(
          a, base + (k + lane_id() % 8 + lane_id() / 16 * 8) * pitch + row + lane_id() / 8 % 2 * 8);
    else
#pragma unroll
      for (int i = 0; i < 4; ++i)
        a[i] = __float_as_uint(at(row + lane_id() / 4 + i % 2 * 8, k + lane_id() % 4 + i / 2 * 4));
  }
  __device__ __forceinline__ void columns(int column, int k, unsigned (&b)[2], unsigned (&c)[2]) const {
    if constexpr (sizeof(Storage) == 2) {
      unsigned four[4];
      ldmatrix_x4_transposed(four, base + (k + lane_id() % 16) * pitch + column + lane_id() / 16 * 8);
      b[0] = four[0], b[1] = four[1], c[0] = four[2], c[1] = four[3];
    } else {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        b[i] = __float_as_uint(at(column + lane_id() / 4, k + lane_id() % 4 + i * 4));
        c[i] = __float_as_uint(at(column + 8 + lane_id() / 4, k + lane_id() % 4 + i * 4));
      }
    }
  }
};

// Multiplies fragment by fragment. Step: a struct with `deep`, the values along the summed axis that one mma
// takes, `prepare`, which makes operands of bits, and `multiply`.
template <class Step, int depth, int M, int N, class A, class B>
__device__ __forceinline__ void accumulate_fragments(const A& a, const B& b, float (&sum)[M][N][4]) {
  static_assert(N % 2 == 0);
#pragma unroll
  for (int k = 0; k < depth; k += Step::deep) {
    unsigned rows[M][4], columns[N][2];
#pragma unroll
    for (int m = 0; m < M; ++m) {
      a.rows(16 * m, k, rows[m]);
      Step::prepare(rows[m]);
    }
#pragma unroll
    for (int n = 0; n < N; n += 2) {
      b.columns(8 * n, k, columns[n], columns[n + 1]);
      Step::prepare(columns[n]);
      Step::prepare(columns[n + 1]);
    }
#pragma unroll
    for (int m = 0; m < M; ++m)
#pragma unroll
      for (int n = 0; n < N; ++n) Step::multiply(sum[m][n], rows[m], columns[n]);
  }
}

// products_per_clock: multiply-accumulates of a multiprocessor that the choice of tiles reckons with.
// mma.sync reaches about 62 % of what an H100's tensor cores do at best, 2048 and 1024 (wgmma feeds them
// better).

// bfloat16 on tensor cores, 16 deep.
struct Bfloat16Math {
  using Storage = bfloat16;
  static constexpr int depth = 32, products_per_clock = 1280;

  struct Step {
    static constexpr int deep = 16;
    template <int count>
    static __device__ __forceinline__ void prepare(unsigned (&)[count]) {}
    static __device__ __forceinline__ void multiply(float (&sum)[4], const unsigned (&a)[4],
                                                    const unsigned (&b)[2]) {
      mma_m16n8k16(sum, a, b, sum);
    }
  };
  template <int M, int N, class A, class B>
  static __device__ __forceinline__ void accumulate(const A& a, const B& b, float (&sum)[M][N][4]) {
    accumulate_fragments<Step, depth>(a, b, sum);
  }
};

// float rounded to TF32 on tensor cores, 8 deep. Rounded by the conversion, not by an addition to the bits,
// which would make a number of the NaN 0x7fffffff.
struct TensorFloat32Math {
  using Storage = float;
  static constexpr int depth = 16, products_per_clock = 640;

  struct Step {
    static constexpr int deep = 8;
    template <int count>
    static __device__ __forceinline__ void prepare(unsigned (&bits)[count]) {
#pragma unroll
      for (int i = 0; i < count; ++i) bits[i] = to_tf32(__uint_as_float(bits[i]));
    }
    static __device__ __forceinline__ void multiply(float (&sum)[4], const unsigned (&a)[4],
                                                    const unsigned (&b)[2]) {
      mma_m16n8k8(sum, a, b, sum);
    }
  };
  template <int M, int N, class A, class B>
  static __device__ __forceinline__ void accumulate(const A& a, const B& b, float (&sum)[M][N][4]) {
    accumulate_fragments<Step, depth>(a, b, sum);
  }
};

// float, every product exact to a rounding: the card's ordinary multipliers.
struct Float32Math {
  using Storage = float;
  static constexpr int depth = 16, products_per_clock = 100;

  template <int M, int N, class A, class B>
  static __device__ __forceinline__ void accumulate(const A& a, const B& b, float (&sum)[M][N][4]) {
    const int group = lane_id() / 4, place = lane_id() % 4 * 2;
#pragma unroll 2
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

// A block's tile: rows x columns, made by warps of 64 x 32 or 32 x 32 values each. `resident` blocks are to
// fit on a multiprocessor: together sixteen warps of at most 128 registers a thread, four for each scheduler.
// That hides what a warp waits for (shared memory, its own previous mma) better than one block of twice the
// registers with fragments read a step ahead.
template <int rows_, int columns_, int warp_rows_, int warp_columns_, int stages_>
struct Tile {
  static constexpr int rows = rows_, columns = columns_, stages = stages_;
  static constexpr int warp_rows = warp_rows_, warp_columns = warp_columns_;
  static constexpr int M = warp_rows / 16, N = warp_columns / 8;
  static constexpr int warps_across = columns / warp_columns;
  static constexpr int threads = rows / warp_rows * warps_across * 32;
  static constexpr int resident = 512 / threads;

  static __device__ __forceinline__ int first_row() {
    return int(threadIdx.x) / 32 / warps_across * warp_rows;
  }
  static __device__ __forceinline__ int first_column() {
    return int(threadIdx.x) / 32 % warps_across * warp_columns;
  }
  // Calls visit(row, column, value, next) for each two of the thread's values that are neighbours in a row,
  // in tile coordinates.
  template <class Visit>
  static __device__ __forceinline__ void for_each_pair(const float (&sum)[M][N][4], const Visit& visit) {
    const int group = lane_id() / 4, place = lane_id() % 4 * 2;
#pragma unroll
    for (int m = 0; m < M; ++m)
#pragma unroll
      for (int n = 0; n < N; ++n)
#pragma unroll
        for (int i = 0; i < 4; i += 2)
          visit(first_row() + 16 * m + group + i / 2 * 8, first_column() + 8 * n + place, sum[m][n][i],
                sum[m][n][i + 1]);
  }
};

using LargeTile = Tile<128, 128, 64, 32, 4>;
using TallTile = Tile<256, 64, 64, 32, 3>;  // for layers of 64 channels
using NarrowTile = Tile<128, 64, 64, 32, 3>;
using SmallTile = Tile<64, 64, 32, 32, 4>;

}  // namespace huegrad::cuda
