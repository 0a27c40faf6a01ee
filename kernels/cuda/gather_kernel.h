// Forward pass and data gradient as a matrix product whose left matrix exists only in pieces: a block gathers
// the pixels that a tile needs into shared memory and multiplies on tensor cores. No im2col buffer, and
// pixels outside the image cost a zero fill.
//
//   rows: output pixels, columns: output channels, summed: taps x source channels
#pragma once
#include <algorithm>
#include <type_traits>

#include "kernels/cuda/epilogue.h"
#include "kernels/cuda/gather.h"
#include "kernels/cuda/pipeline.h"
#include "kernels/cuda/tile_math.h"

namespace huegrad::cuda::implicit_gemm {

// A thread's way along the summed axis: of every step it brings one pack of channels, of one tap. Where the
// packs of a pixel are whole steps, the taps go round first: neighbouring taps read mostly the same pixels,
// which then still are in the first-level cache. Otherwise taps x packs are one long axis.
class Walk {
 public:
  __device__ __forceinline__ Walk(int taps, int packs, int first_step, int pack)
      : taps_(taps), packs_(packs), taps_first_(packs % kLinePacks == 0) {
    if (taps == 0) return;
    if (taps_first_) {
      inner_ = first_step % taps;
      outer_ = first_step / taps * kLinePacks + pack;
      inner_step_ = 1;
    } else {
      inner_ = (first_step * kLinePacks + pack) % packs;
      outer_ = (first_step * kLinePacks + pack) / packs;
      inner_step_ = kLinePacks % packs;
      outer_step_ = kLinePacks / packs;
    }
  }
  __device__ __forceinline__ int tap() const { return taps_first_ ? inner_ : outer_; }
  __device__ __forceinline__ int pack() const { return taps_first_ ? outer_ : inner_; }
  __device__ __forceinline__ bool inside() const { return tap() < taps_ && pack() < packs_; }
  __device__ __forceinline__ void advance() {
    inner_ += inner_step_;
    outer_ += outer_step_;
    const int extent = taps_first_ ? taps_ : packs_;
    if (inner_ < extent) return;
    inner_ -= extent;
    outer_ += taps_first_ ? kLinePacks : 1;
  }

 private:
  int taps_, packs_;
  bool taps_first_;  // then taps are the inner axis and packs the outer, otherwise it is the other way round
  int inner_ = 0, outer_ = 0, inner_step_ = 0, outer_step_ = 0;
};

// A row of the gathered tile: the pack of the source that its place begins with, and which taps find a pixel
// there, a bit each.
struct GatheredRow {
  int place;
  unsigned taps;
};

template <class Math, class Tile>
struct GatherTile {
  using Storage = typename Math::Storage;
  // Results are collected where the stages were; pairs of eight rows fall into different banks.
  static constexpr int result_pitch = Tile::columns + 8;
  static constexpr size_t shared_bytes =
      std::max(Tile::stages * Tile::template stage_size<Storage> * sizeof(Storage),
               Tile::rows* result_pitch * sizeof(float));
};

// Of output pixel `pixel` of a phase whose grid is height x width, with taps [first_tap, last_tap).
__device__ __forceinline__ GatheredRow gathered_row(const GatherShape& s, int pixel, int height, int width,
                                                    int first_tap, int last_tap, int packs) {
  const int row = pixel / width % height * s.source_step, column = pixel % width * s.source_step;
  unsigned taps = 0;
  for (int tap = first_tap; tap < last_tap; ++tap)
    taps |= unsigned(unsigned(row + s.taps[tap].row) < unsigned(s.source_height) &&
                     unsigned(column + s.taps[tap].column) < unsigned(s.source_width))
            << (tap - first_tap);
  return {((pixel / (width * height) * s.source_height + row) * s.source_width + column) * packs, taps};
}

// Brings the steps of a tile: of each row and each column the pack that the thread's walk is at.
template <class Storage, class Tile>
class GatherLoader {
 public:
  __device__ __forceinline__ GatherLoader(const GatherShape& s, int first_tap, const GatheredRow* rows,
                                          const Walk& walk, const Storage* source, const Storage* weight,
                                          int first_channel, Storage* stages)
      : s_(s),
        walk_(walk),
        source_(reinterpret_cast<const Vector*>(source)),
        weight_(reinterpret_cast<const Vector*>(weight)),
        stages_(stages +
                DepthContiguous<Storage>::offset(row_of_thread(), pack_of_thread() * kPack<Storage>)),
        packs_(s.source_channels / kPack<Storage>),
        first_tap_(first_tap),
        first_column_((first_channel + row_of_thread()) * s.kernel_elements * packs_),
        columns_(s.out_channels - first_channel - row_of_thread()) {
#pragma unroll
    for (int i = 0; i < kRows; ++i) rows_[i] = rows[row_of_thread() + i * kLines];
  }

  static __device__ __forceinline__ int pack_of_thread() { return int(threadIdx.x) % kLinePacks; }

  __device__ __forceinline__ void begin(int stage, bool wanted) {
    const bool inside = wanted && walk_.inside();
    const Tap tap = s_.taps[inside ? first_tap_ + walk_.tap() : 0];
    to_ = stages_ + stage * Tile::template stage_size<Storage>;
    tap_bit_ = inside ? 1u << walk_.tap() : 0;
    source_offset_ = (tap.row * s_.source_width + tap.column) * packs_ + walk_.pack();
    wanted_columns_ = inside ? columns_ : 0;
    column_ = first_column_ + tap.element * packs_ + walk_.pack();
    walk_.advance();
  }

  template <int parts>
  __device__ __forceinline__ void bring(int part) {
#pragma unroll
    for (int i = 0; i < kRows; ++i) {
      if (!belongs(i, kRows, part, parts)) continue;
      const bool wanted = rows_[i].taps & tap_bit_;
      cp_async16_cached(to_ + i * kLines * kStepDepth<Storage>,
                        source_ + (wanted ? rows_[i].place + source_offset_ : 0), wanted);
    }
#pragma unroll
    for (int i = 0; i < kColumns; ++i) {
      if (!belongs(i, kColumns, part, parts)) continue;
      const bool wanted = i * kLines < wanted_columns_;
      cp_async16(to_ + (Tile::rows + i * kLines) * kStepDepth<Storage>,
                 weight_ + (wanted ? column_ + i * kLines * s_.kernel_elements * packs_ : 0), wanted);
    }
  }

 private:
  using Vector = Pack<Storage, kPack<Storage>>;
  // Lines that the block brings at once, and those of them that are a thread's.
  static constexpr int kLines = Tile::threads / kLinePacks;
  static constexpr int kRows = Tile::rows / kLines, kColumns = Tile::columns / kLines;
  static_assert(kLines % kLinePacks == 0 && Tile::rows % kLines == 0 && Tile::columns % kLines == 0);

  static __device__ __forceinline__ int row_of_thread() { return int(threadIdx.x) / kLinePacks; }

  const GatherShape& s_;
  Walk walk_;
  const Vector *source_, *weight_;
  Storage* stages_;
  int packs_, first_tap_, first_column_, columns_;
  GatheredRow rows_[kRows];
  // Of the step that is being brought:
  Storage* to_;
  unsigned tap_bit_;
  int source_offset_, wanted_columns_, column_;
};

// How a launch shares the work. Blocks that run at the same time have neighbouring numbers, so those of the
// same pixels have: they read these from memory once.
struct GatherGrid {
  int channel_tiles, steps_per_split;
  int64_t partial_size, partial_pitch;  // values of a split, and between pixels
};

// Stores a tile of results from shared memory, `width` neighbouring channels at a time. place(row): index of
// the row's first value, or negative.
template <class Tile, int width, int pitch, class Out, class PlaceOfRow>
__device__ __forceinline__ void store_tile(const float* results, int first_channel, int channels,
                                           const Conv2dEpilogue<float>& epilogue, Out* out,
                                           const PlaceOfRow& place) {
  constexpr int across = Tile::columns / width;
  const int column = int(threadIdx.x) % across * width, channel = first_channel + column;
  if (channel >= channels) return;
  const ChannelEpilogue<width> of_channels(epilogue, channel);
  for (int row = int(threadIdx.x) / across; row < Tile::rows; row += Tile::threads / across) {
    const int64_t index = place(row);
    if (index < 0) continue;
    float values[width];
    load_floats(results + row * pitch + column, values);
    of_channels.apply(values);
    store_floats(out + index + channel, values);
  }
}

// The same where channels are no whole packs, so that rows begin anywhere: whole packs of memory as far as a
// row has them, single values at its ends.
template <class Tile, int pitch, class Out, class PlaceOfRow>
__device__ __forceinline__ void store_ragged_tile(const float* results, int first_channel, int channels,
                                                  const Conv2dEpilogue<float>& epilogue, Out* out,
                                                  const PlaceOfRow& place) {
  constexpr int width = kPack<Out>, across = Tile::columns / width + 1;  // packs that a row may touch
  const int columns = min(Tile::columns, channels - first_channel);
  const auto store = [&](Out* row_out, const float* row_results, int column, auto count) {
    const ChannelEpilogue<count> of_channels(epilogue, first_channel + column);
    float values[count];
#pragma unroll
    for (int j = 0; j < count; ++j) values[j] = row_results[column + j];
    of_channels.apply(values);
    store_floats(row_out + column, values);
  };
  for (int i = int(threadIdx.x); i < Tile::rows * across; i += Tile::threads) {
    const int row = i / across;
    const int64_t index = place(row);
    if (index < 0) continue;
    Out* row_out = out + index + first_channel;
    const int behind_pack = int(reinterpret_cast<uintptr_t>(row_out) / sizeof(Out) % width);
    const int first = i % across * width - behind_pack, last = min(first + width, columns);
    if (first >= 0 && last == first + width)
      store(row_out, results + row * pitch, first, std::integral_constant<int, width>{});
    else
      for (int column = max(first, 0); column < last; ++column)
        store(row_out, results + row * pitch, column, std::integral_constant<int, 1>{});
  }
}

// Block (tile, phase, split). With `partial`, the sums of each split go there as they are, otherwise `out` is
// written; vectors: whether it takes 16 bytes at a time.
template <class Math, class Tile>
__global__ void __launch_bounds__(Tile::threads, Tile::resident)
    gather_kernel(const __grid_constant__ GatherShape s, const __grid_constant__ GatherGrid grid,
                  const typename Math::Storage* source, const typename Math::Storage* weight,
                  const __grid_constant__ Conv2dEpilogue<float> epilogue, typename Math::Storage* out,
                  bool vectors, float* partial) {
  using Storage = typename Math::Storage;
  using Layout = GatherTile<Math, Tile>;
  const int phase = int(blockIdx.y), phase_row = phase / s.out_step, phase_column = phase % s.out_step;
  const int grid_height = (s.out_height - phase_row + s.out_step - 1) / s.out_step;
  const int grid_width = (s.out_width - phase_column + s.out_step - 1) / s.out_step;
  const int pixels = s.batch * grid_height * grid_width;
  const int first_pixel = int(blockIdx.x) / grid.channel_tiles * Tile::rows;
  const int first_channel = int(blockIdx.x) % grid.channel_tiles * Tile::columns;
  if (first_pixel >= pixels) return;

  auto* bytes = dynamic_shared<unsigned char>();
  const int first_tap = s.first_tap[phase], last_tap = s.first_tap[phase + 1], taps = last_tap - first_tap;
  const int packs = s.source_channels / kPack<Storage>;
  auto* rows = reinterpret_cast<GatheredRow*>(bytes);  // until the first step comes
  for (int row = int(threadIdx.x); row < Tile::rows; row += Tile::threads)
    rows[row] = first_pixel + row < pixels
                    ? gathered_row(s, first_pixel + row, grid_height, grid_width, first_tap, last_tap, packs)
                    : GatheredRow{0, 0};
  __syncthreads();

  using Loader = GatherLoader<Storage, Tile>;
  const int all_steps = (taps * packs + kLinePacks - 1) / kLinePacks;
  const int first_step = int(blockIdx.z) * grid.steps_per_split;
  auto* stages = reinterpret_cast<Storage*>(bytes);
  Loader loader(s, first_tap, rows, Walk(taps, packs, first_step, Loader::pack_of_thread()), source, weight,
                first_channel, stages);
  __syncthreads();

  const int steps = min(all_steps - first_step, grid.steps_per_split);
  float sum[Tile::M][Tile::N][4];
  Math::start(sum);
  pipeline<Math, Tile::stages>(steps, loader, [&](int stage, bool first, const auto& between) {
    const Storage* step = stages + stage * Tile::template stage_size<Storage>;
    Math::accumulate(DepthContiguous<Storage>{step, Tile::first_row()},
                     DepthContiguous<Storage>{step + Tile::rows * kStepDepth<Storage>, Tile::first_column()},
                     sum, first, between);
  });
  Math::finish(sum, steps > 0);
  __syncthreads();

  auto* results = reinterpret_cast<float*>(bytes);
  constexpr int pitch = Layout::result_pitch;
  Tile::for_each_pair(sum, [&](int row, int column, float value, float next) {
    store_floats(results + row * pitch + column, {value, next});
  });
  __syncthreads();

  const auto out_pixel = [&](int row) -> int64_t {
    const int pixel = first_pixel + row;
    if (pixel >= pixels) return -1;
    if (s.out_step == 1) return pixel;
    const int n = pixel / (grid_width * grid_height);
    const int y = pixel / grid_width % grid_height * s.out_step + phase_row;
    const int x = pixel % grid_width * s.out_step + phase_column;
    return (int64_t(n) * s.out_height + y) * s.out_width + x;
  };
  if (partial) {
    partial += blockIdx.z * grid.partial_size;
    store_tile<Tile, kPack<float>, pitch>(results, first_channel, int(grid.partial_pitch), {}, partial,
                                          [&](int row) { return out_pixel(row) * grid.partial_pitch; });
    return;
  }
  const auto place = [&](int row) { return out_pixel(row) * s.out_channels; };
  if (vectors)
    store_tile<Tile, kPack<Storage>, pitch>(results, first_channel, s.out_channels, epilogue, out, place);
  else
    store_ragged_tile<Tile, pitch>(results, first_channel, s.out_channels, epilogue, out, place);
}

}  // namespace huegrad::cuda::implicit_gemm
