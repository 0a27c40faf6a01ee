// Operations on (rows, channels) arrays that treat every channel alike, and their sums over all rows.
//
// A block of threads is `columns` packs of channels wide and kChannelThreads / columns rows high, and walks
// down a slice of the rows. Neighbouring threads hold neighbouring channels, so accesses are whole lines;
// what a channel needs (mean, factor) is loaded once a thread. Sums go through double, in an order that
// depends on the shape and the card only.
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

constexpr int kChannelThreads = 256;
constexpr int64_t kMostSlices = 256;  // of a sum: each leaves partial sums

struct ChannelLayout {
  int64_t rows = 0, channels = 0, rows_per_slice = 1;
  int columns = 1;  // packs side by side in a block, a power of two
  unsigned tiles = 1, slices = 1;

  dim3 grid() const { return dim3(tiles, slices); }
};

// For packs of `width` channels; eight blocks a multiprocessor where there are rows enough and `most_slices`
// allows them.
inline ChannelLayout channel_layout(Cuda cuda, int64_t rows, int64_t channels, int width,
                                    int64_t most_slices = std::numeric_limits<int64_t>::max()) {
  ChannelLayout layout{rows, channels};
  const int64_t packs = channels / width;
  const auto too_few_rows = [&] {
    return layout.columns < kChannelThreads && rows * layout.columns < kChannelThreads;
  };
  while (layout.columns < packs && (layout.columns < 32 || too_few_rows())) layout.columns *= 2;
  layout.tiles = unsigned((packs + layout.columns - 1) / layout.columns);
  const int64_t rows_at_once = kChannelThreads / layout.columns;
  const int64_t wanted =
      std::max<int64_t>(1, int64_t(cuda.context->info().multiprocessors) * 8 / int64_t(layout.tiles));
  const int64_t slices =
      std::clamp<int64_t>((rows + rows_at_once - 1) / rows_at_once, 1, std::min(wanted, most_slices));
  layout.rows_per_slice = (rows + slices - 1) / slices;
  layout.slices = unsigned((rows + layout.rows_per_slice - 1) / layout.rows_per_slice);
  return layout;
}

// What one thread works on: rows first, first + step, ... below last, of channels [channel, channel + width).
struct ChannelPlace {
  int64_t channel, first, last, step;
  bool inside;
};

template <int width>
__device__ __forceinline__ ChannelPlace channel_place(const ChannelLayout& layout) {
  const int column = int(threadIdx.x) % layout.columns, row = int(threadIdx.x) / layout.columns;
  const int64_t channel = (int64_t(blockIdx.x) * layout.columns + column) * width;
  const int64_t begin = int64_t(blockIdx.y) * layout.rows_per_slice;
  const int64_t end =
      begin + layout.rows_per_slice < layout.rows ? begin + layout.rows_per_slice : layout.rows;
  return {channel, begin + row, end, kChannelThreads / layout.columns, channel < layout.channels};
}

// Sums over rows. Terms: a struct with `count`, how many sums there are for a channel, and
//   template <int width> __device__ void add(int64_t index, int64_t channel, double (&sums)[count][width])
//   const
// which adds what the values at [index, index + width) bring. partial (slices, count, channels).
template <int width, class Terms>
__global__ void __launch_bounds__(kChannelThreads)
    channel_sums_kernel(ChannelLayout layout, Terms terms, double* partial) {
  double sums[Terms::count][width] = {};
  const ChannelPlace place = channel_place<width>(layout);
  if (place.inside)
    for (int64_t row = place.first; row < place.last; row += place.step)
      terms.template add<width>(row * layout.channels + place.channel, place.channel, sums);

  // Every row of threads leaves its sums; they are added from the first to the last.
  SHARED(double, shared, [Terms::count][width][kChannelThreads]);
#pragma unroll
  for (int t = 0; t < Terms::count; ++t)
#pragma unroll
    for (int j = 0; j < width; ++j) shared[t][j][threadIdx.x] = sums[t][j];
  __syncthreads();
  if (int(threadIdx.x) >= layout.columns || !place.inside) return;
  for (int t = 0; t < Terms::count; ++t)
    for (int j = 0; j < width; ++j) {
      double sum = 0;
      for (int from = int(threadIdx.x); from < kChannelThreads; from += layout.columns)
        sum += shared[t][j][from];
      partial[(int64_t(blockIdx.y) * Terms::count + t) * layout.channels + place.channel + j] = sum;
    }
}

// Adds the slices' sums and hands them on. Finish: `__device__ void operator()(int64_t channel, const double
// (&sums)[count]) const`. A block has 32 channels and eight threads for each.
constexpr int kFinishChannels = 32, kFinishRows = 8;

template <int count, class Finish>
__global__ void __launch_bounds__(kFinishChannels* kFinishRows)
    finish_channel_sums_kernel(unsigned slices, int64_t channels, const double* partial, Finish finish) {
  SHARED(double, shared, [count][kFinishRows][kFinishChannels]);
  const int64_t channel = int64_t(blockIdx.x) * kFinishChannels + threadIdx.x;
  double sums[count] = {};
  if (channel < channels)
    for (unsigned slice = threadIdx.y; slice < slices; slice += kFinishRows)
#pragma unroll
      for (int t = 0; t < count; ++t) sums[t] += partial[(int64_t(slice) * count + t) * channels + channel];
#pragma unroll
  for (int t = 0; t < count; ++t) shared[t][threadIdx.y][threadIdx.x] = sums[t];
  __syncthreads();
  if (threadIdx.y != 0 || channel >= channels) return;
#pragma unroll
  for (int t = 0; t < count; ++t) {
    sums[t] = 0;
    for (int row = 0; row < kFinishRows; ++row) sums[t] += shared[t][row][threadIdx.x];
  }
  finish(channel, sums);
}

// Both steps. fits: whether packs of `width` may be used on the arrays that the terms read.
template <int width, class Terms, class Finish>
void channel_sums(const char* op, Cuda cuda, int64_t rows, int64_t channels, bool fits, const Terms& terms,
                  const Finish& finish) {
  if (channels == 0) return;
  const ChannelLayout layout = channel_layout(cuda, rows, channels, fits ? width : 1, kMostSlices);
  auto* partial = static_cast<double*>(
      cuda.context->scratch(int64_t(layout.slices) * Terms::count * channels * int64_t(sizeof(double))));
  launch(op, cuda, fits ? channel_sums_kernel<width, Terms> : channel_sums_kernel<1, Terms>, layout.grid(),
         kChannelThreads, 0, layout, terms, partial);
  launch(op, cuda, finish_channel_sums_kernel<Terms::count, Finish>,
         unsigned((channels + kFinishChannels - 1) / kFinishChannels), dim3(kFinishChannels, kFinishRows), 0,
         layout.slices, channels, partial, finish);
}

}  // namespace huegrad::cuda
