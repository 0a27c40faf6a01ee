// One launch for many arrays: a table of them travels as the kernel's parameter, and every block works on
// pieces of kPiece values, whichever array they belong to.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>

#include "kernels/cuda/elementwise.h"

namespace huegrad::cuda {

constexpr int kMostTensors = 160;  // a table is 10 KiB; CUDA 12.1 and later allow 32 of parameters
constexpr int kListPack = 4;       // floats: 16 bytes
constexpr int64_t kPiece = 2 * kListPack * kElementwiseThreads;

template <class Entry>
struct TensorTable {
  int count = 0;
  int64_t first_piece[kMostTensors + 1] = {};  // of each entry; the last: their number
  Entry entries[kMostTensors];
  bool fits[kMostTensors] = {};  // whether packs may be used on the entry's arrays
};

// Calls f(entry, i, width as an integral_constant) for the values [i, i + width) of one piece that belong to
// this thread: in packs where the entry's arrays allow, and what is left of an odd size one by one.
template <class Entry, class Function>
__device__ __forceinline__ void for_piece(const TensorTable<Entry>& table, int64_t piece, const Function& f) {
  int low = 0, high = table.count;  // the entry lies in [low, high)
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (table.first_piece[middle] <= piece ? low : high) = middle;
  }
  const Entry& entry = table.entries[low];
  const int64_t begin = (piece - table.first_piece[low]) * kPiece;
  const int64_t end = begin + kPiece < entry.size ? begin + kPiece : entry.size;
  const int64_t packed = table.fits[low] ? end / kListPack * kListPack : begin;
  for (int64_t i = begin + threadIdx.x * kListPack; i < packed; i += kElementwiseThreads * kListPack)
    f(entry, i, std::integral_constant<int, kListPack>{});
  for (int64_t i = packed + threadIdx.x; i < end; i += kElementwiseThreads)
    f(entry, i, std::integral_constant<int, 1>{});
}

// Calls run(table, blocks) for the entries, at most kMostTensors at a time. fits(entry): whether all its
// arrays begin at multiples of 16 bytes.
template <class Entry, class Fits, class Run>
void with_tables(Cuda cuda, std::span<const Entry> entries, const Fits& fits, const Run& run) {
  while (!entries.empty()) {
    TensorTable<Entry> table;
    for (const Entry& entry : entries.first(std::min<size_t>(entries.size(), kMostTensors))) {
      if (entry.size == 0) continue;
      table.first_piece[table.count + 1] =
          table.first_piece[table.count] + (entry.size + kPiece - 1) / kPiece;
      table.fits[table.count] = fits(entry);
      table.entries[table.count++] = entry;
    }
    entries = entries.subspan(std::min<size_t>(entries.size(), kMostTensors));
    const int64_t pieces = table.first_piece[table.count];
    if (pieces > 0)
      run(table, unsigned(std::min<int64_t>(pieces, int64_t(cuda.context->info().multiprocessors) * 8)));
  }
}

}  // namespace huegrad::cuda
