// Forward pass and data gradient as a matrix product whose left matrix exists only in pieces: a block gathers
// the pixels that a tile needs into shared memory and multiplies on tensor cores. No im2col buffer, and
// pixels outside the image cost a zero fill.
//
//   rows: output pixels, columns: output channels, summed: taps x source channels
#pragma once
#include <algorithm>

#include "kernels/cuda/epilogue.h"
#include "kernels/cuda/gather.h"
#include "kernels/cuda/pipeline.h"
#include "kernels/cuda/tile_math.h"

namespace huegrad::cuda::implicit_gemm {

// Where a row of a gathered tile starts in the source.
struct alignas(16) Place {
  int row, column, pixel;
};

// Far outside any picture: what is gathered from here is zero.
constexpr int kNowhere = -(1 << 28);

// Place of output pixel `pixel` of a phase whose grid is height x width.
__device__ __forceinline__ Place place_of(const GatherShape& s, int pixel, int height, int width) {
  const int row = pixel / width % height * s.source_step, column = pixel % width * s.source_step;
  return {row, column, (pixel / (width * height) * s.source_height + row) * s.source_width + column};
}

// The way of a thread along the summed axis: which tap and channel it brings of each tile. Where the channels
// are whole tiles, the taps go round first: neighbouring taps read mostly the same pixels, which then still
// are in the first-level cache. Otherwise taps x channels are one long axis.
template <int depth>
class Walk {
 public:
  int tap, channel;

  __device__ __forceinline__ Walk(int taps, int channels, int first_tile, int k_of_thread)
      : taps_(taps),
        channels_(channels),
        tap_step_(depth / channels),
        channel_step_(depth % channels),
        taps_first_(channels % depth == 0) {
    if (taps == 0) {
      tap = channel = 0;
    } else if (taps_first_) {
      tap = first_tile % taps;
      channel = first_tile / taps * depth + k_of_thread;
    } else {
      const int k = first_tile * depth + k_of_thread;
      tap = k / channels;
      channel = k % channels;
    }
  }
  __device__ __forceinline__ bool inside() const { return tap < taps_ && channel < channels_; }
  __device__ __forceinline__ void advance() {
    if (taps_first_) {
      if (++tap < taps_) return;
      tap = 0;
      channel += depth;
    } else {
      tap += tap_step_;
      channel += channel_step_;
      if (channel < channels_) return;
      channel -= channels_;
      ++tap;
    }
  }

 private:
  int taps_, channels_, tap_step_, channel_step_;
  bool taps_first_;
};

template <class Math, class Tile>
struct GatherTile {
  using Storage = typename Math::Storage;
  static constexpr int pitch = Math::depth + kPack<Storage>;
  static constexpr int stage_size = (Tile::rows + Tile::columns) * pitch;
  // Results are collected where the stages were; pairs of eight rows fall into different banks.
  static constexpr int result_pitch = Tile::columns + 8;
  static constexpr size_t places_offset =
      std::max(Tile::stages * stage_size * sizeof(Storage), Tile::rows* result_pitch * sizeof(float));
  static constexpr size_t shared_bytes = places_offset + Tile::rows * sizeof(Place);
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
  for (int row = int(threadIdx.x) / across; row < Tile::rows; row += Tile::threads / across) {
    const int64_t index = place(row);
    if (index < 0) continue;
    float values[width];
    load_floats(results + row * pitch + column, values);
#pragma unroll
    for (int j = 0; j < width; ++j) values[j] = apply(epilogue, channel + j, values[j]);
    store_floats(out + index + channel, values);
  }
}

// Block (tile, phase, split). With `partial`, the sums of each split go there as they are, otherwise `out` is
// written; vectors: whether it takes 16 bytes at a time.
template <class Math, class Tile, int width>
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
  auto* shared = reinterpret_cast<Storage*>(bytes);
  auto* places = reinterpret_cast<Place*>(bytes + Layout::places_offset);
  for (int row = int(threadIdx.x); row < Tile::rows; row += Tile::threads)
    places[row] = first_pixel + row < pixels ? place_of(s, first_pixel + row, grid_height, grid_width)
                                             : Place{kNowhere, kNowhere, 0};
  __syncthreads();

  const int first_tap = s.first_tap[phase], taps = s.first_tap[phase + 1] - first_tap;
  const int all_steps = (taps * s.source_channels + Math::depth - 1) / Math::depth;
  const int first_step = int(blockIdx.z) * grid.steps_per_split;
  const int steps = min(all_steps - first_step, grid.steps_per_split);
  constexpr int across = Math::depth / width, rows_at_once = Tile::threads / across;
  const int k_of_thread = int(threadIdx.x) % across * width, row_of_thread = int(threadIdx.x) / across;
  Walk<Math::depth> walk(taps, s.source_channels, first_step, k_of_thread);
  const Storage* weight_row =
      weight + int64_t(first_channel + row_of_thread) * s.kernel_elements * s.source_channels;
  auto load = [&](int stage_index) {
    Storage* to = shared + stage_index * Layout::stage_size + row_of_thread * Layout::pitch + k_of_thread;
    const bool inside = walk.inside();
    const Tap tap = s.taps[first_tap + (inside ? walk.tap : 0)];
    const int tap_offset = tap.row * s.source_width + tap.column;
#pragma unroll(width == 1 ? 8 : Tile::rows / rows_at_once)
    for (int row = 0; row < Tile::rows; row += rows_at_once) {
      const Place place = places[row_of_thread + row];
      const bool wanted = inside && unsigned(place.row + tap.row) < unsigned(s.source_height) &&
                          unsigned(place.column + tap.column) < unsigned(s.source_width);
      const int64_t pixel = wanted ? place.pixel + tap_offset : 0;
      stage<width, true>(to + row * Layout::pitch,
                         source + pixel * s.source_channels + (wanted ? walk.channel : 0), wanted);
    }
    to += Tile::rows * Layout::pitch;
    const int at = tap.element * s.source_channels + walk.channel;
#pragma unroll(width == 1 ? 8 : Tile::columns / rows_at_once)
    for (int row = 0; row < Tile::columns; row += rows_at_once) {
      const bool wanted = inside && first_channel + row_of_thread + row < s.out_channels;
      stage<width>(to + row * Layout::pitch,
                   wanted ? weight_row + int64_t(row) * s.kernel_elements * s.source_channels + at : weight,
                   wanted);
    }
    walk.advance();
  };

  float sum[Tile::M][Tile::N][4] = {};
  using Operand = DepthContiguous<Storage, Layout::pitch>;
  pipeline<Tile::stages>(steps, load, [&](int stage_index) {
    const Storage* tile = shared + stage_index * Layout::stage_size;
    Math::accumulate(Operand{tile + Tile::first_row() * Layout::pitch},
                     Operand{tile + (Tile::rows + Tile::first_column()) * Layout::pitch}, sum);
  });

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
    store_tile<Tile, 1, pitch>(results, first_channel, s.out_channels, epilogue, out, place);
}

}  // namespace huegrad::cuda::implicit_gemm
