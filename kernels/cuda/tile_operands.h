// How a step of a tile's operand lies in shared memory, and how a warp reads it. A step is as deep along the
// summed axis as a 128-byte line of memory, so that what is brought from memory comes in whole lines. There
// are eight packs of 16 bytes in a line, as in a row of the memory's 32 banks: where neighbouring lines are
// read at the same place, their packs change places, or all would come from the same four banks.
//
//   depth contiguous   a line is a row: its value k lies at k ^ twist(row)
//   rows contiguous    a line is as many rows of one k, in panels of so many rows: row r of it lies at
//                      r ^ twist(k), the panels one after the other
//
// Fragments are read by ldmatrix, whose lanes name eight lines of 16 bytes at a time: with this, every eight
// fall into different banks. In bfloat16 it is also how warpgroups want their matrices (warpgroup.h).
//
// A place is the sum of what depends on the lane and what is known when the kernel is compiled. The latter is
// added along one axis and, since the two share no bits, combined by ^ along the axis that is twisted: so the
// lane's part is computed once, with a few variants of it, and the rest are offsets within instructions.
#pragma once
#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

__device__ __forceinline__ int lane_id() { return int(threadIdx.x % 32); }

constexpr int kLinePacks = 8;

// Values along the summed axis in a step.
template <class Storage>
constexpr int kStepDepth = kLinePacks* kPack<Storage>;

// Both layouts hand out, of rows (or columns of the right operand) from `first` on, which is a multiple of
// 32:
//   rows(row, k, a)             16 rows, 32 bytes deep, as mma's left operand
//   columns(column, k, b, c)    twice 8 columns, 32 bytes deep, as mma's right operand
//   four(lane_row, row, k, v)   values k ... k + 3 of row lane_row + row, lane_row below 8
// row and column are multiples of 8 below 64, k of four (or of a fragment's depth) below a step's depth.
template <class Storage>
struct DepthContiguous {
  const Storage* base;
  int first;

  static __device__ __forceinline__ int offset(int row, int k) {
    return row * kStepDepth<Storage> + (k ^ (row & (kLinePacks - 1)) * kPack<Storage>);
  }

  // A matrix of ldmatrix is 8 rows by 16 bytes; floats are pairs of 16-bit halves to it.
  __device__ __forceinline__ void rows(int row, int k, unsigned (&a)[4]) const {
    ldmatrix_x4(a, place(lane_id() % 16, lane_id() / 16 * kPack<Storage>, row, k));
  }
  __device__ __forceinline__ void columns(int column, int k, unsigned (&b)[2], unsigned (&c)[2]) const {
    const int lane = lane_id();
    unsigned four[4];
    ldmatrix_x4(four, place(lane % 8 + lane / 16 * 8, lane / 8 % 2 * kPack<Storage>, column, k));
    b[0] = four[0], b[1] = four[1], c[0] = four[2], c[1] = four[3];
  }
  __device__ __forceinline__ void four(int lane_row, int row, int k, float (&values)[4]) const {
    load_floats(place(lane_row, 0, row, k), values);
  }

 private:
  __device__ __forceinline__ const Storage* place(int lane_row, int lane_k, int row, int k) const {
    return base + (offset(first + lane_row, lane_k) ^ k) + row * kStepDepth<Storage>;
  }
};

template <class Storage>
struct RowsContiguous {
  const Storage* base;
  int first;

  static constexpr int kLine = kStepDepth<Storage>, kPanel = kLine * kStepDepth<Storage>;
  // Lines that are read together: eight by ldmatrix, four where floats are read one by one, eight rows of
  // each.
  static constexpr int kTwisted = sizeof(Storage) == 2 ? 8 : 4;
  static __device__ __forceinline__ int offset(int row, int k) {
    return row / kLine * kPanel + k * kLine + ((row & (kLine - 1)) ^ (k & (kTwisted - 1)) * 8);
  }

  // ldmatrix transposes 16-bit values only.
  __device__ __forceinline__ void rows(int row, int k, unsigned (&a)[4]) const {
    const int lane = lane_id();
    if constexpr (sizeof(Storage) == 2)
      ldmatrix_x4_transposed(a, place(lane / 8 % 2 * 8, lane % 8 + lane / 16 * 8, row, k));
    else
#pragma unroll
      for (int i = 0; i < 4; ++i)
        a[i] = __float_as_uint(*place(lane / 4, lane % 4, row + i % 2 * 8, k + i / 2 * 4));
  }
  __device__ __forceinline__ void columns(int column, int k, unsigned (&b)[2], unsigned (&c)[2]) const {
    const int lane = lane_id();
    if constexpr (sizeof(Storage) == 2) {
      unsigned four[4];
      ldmatrix_x4_transposed(four, place(lane / 16 * 8, lane % 16, column, k));
      b[0] = four[0], b[1] = four[1], c[0] = four[2], c[1] = four[3];
    } else {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        b[i] = __float_as_uint(*place(lane / 4, lane % 4, column, k + i * 4));
        c[i] = __float_as_uint(*place(lane / 4, lane % 4, column + 8, k + i * 4));
      }
    }
  }
  __device__ __forceinline__ void four(int lane_row, int row, int k, float (&values)[4]) const {
#pragma unroll
    for (int i = 0; i < 4; ++i)
      values[i] = to_float(base[offset(first, 0) + lane_row + offset(row, i) + k * kLine]);
  }

 private:
  __device__ __forceinline__ const Storage* place(int lane_row, int lane_k, int row, int k) const {
    return base + (offset(first + lane_row, lane_k) ^ (row & (kLine - 1))) + offset(row & -kLine, k);
  }
};

}  // namespace huegrad::cuda
