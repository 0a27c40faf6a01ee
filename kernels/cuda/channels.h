// Operations on (rows, channels) arrays that treat every channel alike, and their sums over all rows.
//
// A block of threads is `columns` packs of channels wide and kChannelThreads / columns rows high, and walks
// down a slice of the rows. Neighbouring threads hold neighbouring channels, so accesses are whole lines;
// what a channel needs (mean, factor) is loaded once a thread. Sums of a few rows are float, sums of those
// double, in an order that depends on the shape and the card only.
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

constexpr int kChannelThreads = 256;
constexpr int64_t kMostSlices = 256;  // of a sum: each leaves partial sums
constexpr int kRowsAtOnce = 4;        // whose loads are under way together, and whose sum is float

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

// What a row of two arrays brings.
template <class Storage, int width>
struct PackPair {
  Pack<Storage, width> first, second;
};

// Adds `rows` rows from `row` on, which are all under way before the first is needed.
template <int rows, int width, class Terms>
__device__ __forceinline__ void add_rows(const ChannelLayout& layout, const ChannelPlace& place, int64_t row,
                                         const Terms& terms, double (&sums)[Terms::count][width]) {
  const int64_t first = row * layout.channels + place.channel, step = place.step * layout.channels;
  decltype(terms.template load<width>(first)) loaded[rows];
#pragma unroll
  for (int i = 0; i < rows; ++i) loaded[i] = terms.template load<width>(first + i * step);
  float near[Terms::count][width] = {};
#pragma unroll
  for (int i = 0; i < rows; ++i) terms.template add<width>(loaded[i], first + i * step, place.channel, near);
#pragma unroll
  for (int t = 0; t < Terms::count; ++t)
#pragma unroll
    for (int j = 0; j < width; ++j) sums[t][j] += double(near[t][j]);
}

// Sums over rows. Terms: a struct with `count`, how many sums there are for a channel, and for `width`
// channels
//   template <int width> __device__ auto load(int64_t index) const
//   template <int width> __device__ void add(const auto& loaded, int64_t index, int64_t channel,
//                                            float (&sums)[count][width]) const
// which read what is at [index, index + width), and add what it brings. partial (slices, count, channels).
template <int width, class Terms>
__global__ void __launch_bounds__(kChannelThreads)
    channel_sums_kernel(ChannelLayout layout, Terms terms, double* partial) {
  double sums[Terms::count][width] = {};
  const ChannelPlace place = channel_place<width>(layout);
  if (place.inside) {
    int64_t row = place.first;
    for (; row + (kRowsAtOnce - 1) * place.step < place.last; row += kRowsAtOnce * place.step)
      add_rows<kRowsAtOnce>(layout, place, row, terms, sums);
    for (; row < place.last; row += place.step) add_rows<1>(layout, place, row, terms, sums);
  }

  // Every row of threads leaves its sums; they are added from the first to the last, a thread for each sum.
  SHARED(double, shared, [Terms::count][width][kChannelThreads]);
#pragma unroll
  for (int t = 0; t < Terms::count; ++t)
#pragma unroll
    for (int j = 0; j < width; ++j) shared[t][j][threadIdx.x] = sums[t][j];
  __syncthreads();
  const int across = layout.columns * width;  // channels of the block
  for (int i = int(threadIdx.x); i < Terms::count * across; i += kChannelThreads) {
    const int t = i / across, c = i % across;
    const int64_t channel = int64_t(blockIdx.x) * across + c;
    if (channel >= layout.channels) continue;
    double sum = 0;
    for (int from = c / width; from < kChannelThreads; from += layout.columns)
      sum += shared[t][c % width][from];
    partial[(int64_t(blockIdx.y) * Terms::count + t) * layout.channels + channel] = sum;
  }
}

// Adds the slices' sums and hands them on. Finish: `__device__ void operator()(int64_t channel, const double
// (&sums)[count]) const`. A block has 32 channels and 32 threads for each: what takes time is waiting for
// memory.
constexpr int kFinishChannels = 32, kFinishRows = 32;

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

// partial (slices, count, channels)
template <int count, class Finish>
void finish_channel_sums(const char* op, Cuda cuda, unsigned slices, int64_t channels, const double* partial,
                         const Finish& finish) {
  launch(op, cuda, finish_channel_sums_kernel<count, Finish>,
         unsigned((channels + kFinishChannels - 1) / kFinishChannels), dim3(kFinishChannels, kFinishRows), 0,
         slices, channels, partial, finish);
}

// What many sums are for.
struct StoreSum {
  float* y;
  __device__ void operator()(int64_t channel, const double (&sums)[1]) const { y[channel] = float(sums[0]); }
};

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
  finish_channel_sums<Terms::count>(op, cuda, layout.slices, channels, partial, finish);
}

}  // namespace huegrad::cuda
