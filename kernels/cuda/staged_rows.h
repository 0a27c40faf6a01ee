// Rows of a matrix (pixel x classes) by way of shared memory. A row of 313 values begins at no multiple of 16
// bytes, but eight rows are a whole number of 16-byte packs, whatever their length: a block copies its rows
// as one piece, 16 bytes a thread, works on them there, a warp a row, and writes them back the same way.
#pragma once
#include <algorithm>
#include <cstdint>

#include "kernels/cuda/rows.h"

namespace huegrad::cuda {

constexpr int kRowWarps = 8;

// Rows that a block takes at once: two a warp of 313 columns, up to four of fewer, so that enough bytes are
// under way and a block's beginning is shared by several rows; one of more columns, for want of memory.
__host__ __device__ constexpr int staged_rows(int columns) {
  const int rows_per_warp = 640 / columns;
  return kRowWarps * (rows_per_warp < 1 ? 1 : rows_per_warp > 4 ? 4 : rows_per_warp);
}

inline dim3 row_threads() { return dim3(kWarp, kRowWarps); }
inline unsigned row_blocks(int64_t rows, int columns) {
  return unsigned((rows + staged_rows(columns) - 1) / staged_rows(columns));
}
template <class Storage>
size_t staged_bytes(int columns) {
  return size_t(staged_rows(columns) * columns) * sizeof(Storage);
}

// The rows of this block, from row `first` of the matrix on. Launched with the four functions above.
template <class Storage>
class StagedRows {
 public:
  int64_t first;
  int count;

  // The block waits for all of its rows.
  __device__ __forceinline__ StagedRows(int64_t rows, int columns, const Storage* x)
      : first(int64_t(blockIdx.x) * staged_rows(columns)),
        count(int(min(rows - first, int64_t(staged_rows(columns))))),
        columns_(columns),
        values_(dynamic_shared<Storage>()) {
    x += first * columns_;
    for_each_pack(
        x, [&](int i) { cp_async16(values_ + i, x + i); }, [&](int i) { values_[i] = x[i]; });
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();
  }

  __device__ __forceinline__ Storage* row(int i) const { return values_ + i * columns_; }

  // Writes what the rows have become, when every warp is done with its own.
  __device__ __forceinline__ void store(Storage* y) const {
    __syncthreads();
    y += first * columns_;
    for_each_pack(
        y, [&](int i) { store_pack(y + i, load_pack<kPack<Storage>>(values_ + i)); },
        [&](int i) { y[i] = values_[i]; });
  }

 private:
  // Shares the block's values among its threads: whole packs, and one by one those behind the last of them
  // (of the matrix's last rows), or all where the matrix itself begins at no multiple of 16 bytes.
  template <class Packs, class Singles>
  __device__ __forceinline__ void for_each_pack(const Storage* global, const Packs& packs,
                                                const Singles& singles) const {
    constexpr int width = kPack<Storage>, threads = kWarp * kRowWarps;
    const int thread = int(threadIdx.y) * kWarp + int(threadIdx.x), size = count * columns_;
    const bool aligned = reinterpret_cast<uintptr_t>(global) % 16 == 0;
    const int whole = aligned ? size / width * width : 0;
#pragma unroll 1
    for (int i = thread * width; i < whole; i += threads * width) packs(i);
#pragma unroll 1
    for (int i = whole + thread; i < size; i += threads) singles(i);
  }

  int columns_;
  Storage* values_;
};

}  // namespace huegrad::cuda
