// What a warp does with a step of a tile in shared memory: sum += a * b, where a has 16 * M rows, b 8 * N
// columns and both kStepDepth values along the summed axis. Three ways to multiply, one place for the
// results: value i of piece (m, n) belongs to row 16 m + lane / 4 + 8 (i / 2) and column 8 n + 2 (lane % 4) +
// i % 2, as the tensor cores have it (PTX ISA, "Matrix fragments for mma").
//
// All call between(part) for part 0 ... parts - 1, spread over their products: what it does (bringing a later
// step) fills the time that tensor cores take anyway. `behind` steps may still be under way when accumulate
// returns, none after finish(sum). Every thread calls publish() when copies of its own have arrived, before
// the barrier after which others read them.
#pragma once
#include "kernels/cuda/tile_operands.h"

namespace huegrad::cuda {

// Products that are done when accumulate returns.
struct ProductsAtOnce {
  static constexpr int behind = 0;
  static __device__ __forceinline__ void publish() {}
  template <int M, int N>
  static __device__ __forceinline__ void start(float (&sum)[M][N][4]) {
#pragma unroll
    for (int m = 0; m < M; ++m)
#pragma unroll
      for (int n = 0; n < N; ++n)
#pragma unroll
        for (int i = 0; i < 4; ++i) sum[m][n][i] = 0;
  }
  template <class Sum>
  static __device__ __forceinline__ void finish(const Sum&, bool) {}
};

// Products on tensor cores. Step: what one mma does, with `deep`, the values that it takes along the summed
// axis, `prepare`, which makes operands of bits, and `multiply`.
//
// Fragments are read one part ahead of the products that need them: a scheduler has but two warps with 64 x
// 64 values each, too few to hide shared memory behind each other.
template <class Step>
struct TensorCoreMath : ProductsAtOnce {
  using Storage = typename Step::Storage;
  static constexpr int parts = kStepDepth<Storage> / Step::deep;
  static constexpr int products_per_clock = Step::products_per_clock;

  template <int M, int N, class A, class B, class Between>
  static __device__ __forceinline__ void accumulate(const A& a, const B& b, float (&sum)[M][N][4], bool,
                                                    const Between& between) {
    unsigned rows[2][M][4], columns[2][N][2];
    read(a, b, 0, rows[0], columns[0]);
#pragma unroll
    for (int part = 0; part < parts; ++part) {
      const int now = part % 2;
      if (part + 1 < parts) read(a, b, (part + 1) * Step::deep, rows[1 - now], columns[1 - now]);
      between(part);
      multiply(rows[now], columns[now], sum);
    }
  }

 private:
  template <int M, int N, class A, class B>
  static __device__ __forceinline__ void read(const A& a, const B& b, int k, unsigned (&rows)[M][4],
                                              unsigned (&columns)[N][2]) {
    static_assert(N % 2 == 0);
#pragma unroll
    for (int m = 0; m < M; ++m) a.rows(16 * m, k, rows[m]);
#pragma unroll
    for (int n = 0; n < N; n += 2) b.columns(8 * n, k, columns[n], columns[n + 1]);
  }

  template <int M, int N>
  static __device__ __forceinline__ void multiply(unsigned (&rows)[M][4], unsigned (&columns)[N][2],
                                                  float (&sum)[M][N][4]) {
#pragma unroll
    for (int m = 0; m < M; ++m) Step::prepare(rows[m]);
#pragma unroll
    for (int n = 0; n < N; ++n) Step::prepare(columns[n]);
#pragma unroll
    for (int m = 0; m < M; ++m)
#pragma unroll
      for (int n = 0; n < N; ++n) Step::multiply(sum[m][n], rows[m], columns[n]);
  }
};

// products_per_clock: multiply-accumulates of a multiprocessor that the choice of tiles reckons with.
// mma.sync reaches about 62 % of what an H100's tensor cores do at best, 2048 and 1024.

struct Bfloat16Step {
  using Storage = bfloat16;
  static constexpr int deep = 16, products_per_clock = 1280;
  template <int count>
  static __device__ __forceinline__ void prepare(unsigned (&)[count]) {}
  static __device__ __forceinline__ void multiply(float (&sum)[4], const unsigned (&a)[4],
                                                  const unsigned (&b)[2]) {
    mma_m16n8k16(sum, a, b, sum);
  }
};
using Bfloat16Math = TensorCoreMath<Bfloat16Step>;

// Rounded to TF32 by the conversion, not by an addition to the bits, which would make a number of the NaN
// 0x7fffffff.
struct TensorFloat32Step {
  using Storage = float;
  static constexpr int deep = 8, products_per_clock = 640;
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
using TensorFloat32Math = TensorCoreMath<TensorFloat32Step>;

// float, every product exact to a rounding: the card's ordinary multipliers.
struct Float32Math : ProductsAtOnce {
  using Storage = float;
  static constexpr int parts = 1, products_per_clock = 100;

  template <int M, int N, class A, class B, class Between>
  static __device__ __forceinline__ void accumulate(const A& a, const B& b, float (&sum)[M][N][4], bool,
                                                    const Between& between) {
    const int group = lane_id() / 4, place = lane_id() % 4 * 2;
    constexpr int deep = 4;
    between(0);
#pragma unroll 1
    for (int k = 0; k < kStepDepth<float>; k += deep) {
      float rows[M][2][deep];
#pragma unroll
      for (int m = 0; m < M; ++m)
#pragma unroll
        for (int i = 0; i < 2; ++i) a.four(group, 16 * m + 8 * i, k, rows[m][i]);
#pragma unroll
      for (int n = 0; n < N; ++n) {
        float columns[2][deep];
#pragma unroll
        for (int j = 0; j < 2; ++j) b.four(place + j, 8 * n, k, columns[j]);
#pragma unroll
        for (int d = 0; d < deep; ++d)
#pragma unroll
          for (int m = 0; m < M; ++m)
#pragma unroll
            for (int i = 0; i < 4; ++i)
              sum[m][n][i] = fmaf(rows[m][i / 2][d], columns[i % 2][d], sum[m][n][i]);
      }
    }
  }
};

// A block's tile: rows x columns, made by warps of warp_rows x warp_columns values each; `resident` blocks
// are to fit on a multiprocessor, in registers and in shared memory.
//
// The larger a warp's part, the fewer bytes of shared memory for a product: of 64 x 64 values a warp reads 2
// KB for 16 mma, of 64 x 32 3 KB, which is more than a multiprocessor can read while its tensor cores
// multiply.
template <int rows_, int columns_, int warp_rows_, int warp_columns_, int stages_, int resident_>
struct Tile {
  static constexpr int rows = rows_, columns = columns_, stages = stages_, resident = resident_;
  static constexpr int warp_rows = warp_rows_, warp_columns = warp_columns_;
  static constexpr int M = warp_rows / 16, N = warp_columns / 8;
  static constexpr int warps_across = columns / warp_columns;
  static constexpr int warps = rows / warp_rows * warps_across;
  static constexpr int threads = warps * 32, warp_reads = warps * (warp_rows + warp_columns);
  template <class Storage>
  static constexpr int stage_size = (rows + columns) * kStepDepth<Storage>;

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

using HugeTile = Tile<256, 128, 64, 64, 3, 1>;
using LargeTile = Tile<128, 128, 64, 64, 3, 2>;
using TallTile = Tile<256, 64, 64, 32, 3, 1>;  // for layers of 64 channels
using NarrowTile = Tile<128, 64, 64, 32, 3, 3>;
using SmallTile = Tile<64, 64, 32, 32, 3, 4>;

}  // namespace huegrad::cuda
