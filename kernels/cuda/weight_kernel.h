// Weight gradient as a matrix product: rows: output channels, columns: taps x input channels, summed: pixels.
#pragma once
#include "kernels/cuda/divisor.h"
#include "kernels/cuda/gather.h"
#include "kernels/cuda/pipeline.h"
#include "kernels/cuda/tile_math.h"

namespace huegrad::cuda::implicit_gemm {

template <class Math, class Tile>
struct WeightTile {
  using Storage = typename Math::Storage;
  static constexpr int row_pitch = Tile::rows + 8, column_pitch = Tile::columns + 8;
  static constexpr int stage_size = Math::depth * (row_pitch + column_pitch);
  static constexpr size_t shared_bytes = Tile::stages * stage_size * sizeof(Storage);
};

struct WeightGrid {
  int steps_per_split;
  int dy_channels;        // values between pixels of dy
  Divisor picture, line;  // pixels of each of dy
  int64_t partial_size;
};

// s: the gather of the forward pass. Block z sums steps [z * steps_per_split, ...) into partial dw number z.
// dy comes in whole vectors, x in vectors of `width`.
template <class Math, class Tile, int width>
__global__ void __launch_bounds__(Tile::threads, Tile::resident)
    weight_kernel(const __grid_constant__ GatherShape s, const __grid_constant__ WeightGrid grid,
                  const typename Math::Storage* x, const typename Math::Storage* dy, float* partial) {
  using Storage = typename Math::Storage;
  using Layout = WeightTile<Math, Tile>;
  constexpr int dy_width = kPack<Storage>;
  const int filter_size = s.kernel_elements * s.source_channels;
  const int first_row = int(blockIdx.y) * Tile::rows, first_column = int(blockIdx.x) * Tile::columns;
  const int pixels = s.batch * s.out_height * s.out_width;
  const int begin = int(blockIdx.z) * grid.steps_per_split * Math::depth;
  const int end = min(pixels, begin + grid.steps_per_split * Math::depth);

  // A thread brings the same channels of dy and the same tap and channels of x of one pixel after the other.
  constexpr int dy_across = Tile::rows / dy_width, dy_at_once = Tile::threads / dy_across;
  const int dy_row = int(threadIdx.x) % dy_across * dy_width, dy_pixel = int(threadIdx.x) / dy_across;
  const bool dy_wanted = first_row + dy_row < s.out_channels;
  constexpr int x_across = Tile::columns / width, x_at_once = Tile::threads / x_across;
  const int x_column = int(threadIdx.x) % x_across * width, x_pixel = int(threadIdx.x) / x_across;
  const int place = first_column + x_column;
  const bool x_wanted = place < filter_size;
  const Tap tap = s.taps[x_wanted ? place / s.source_channels : 0];
  const int channel = x_wanted ? place % s.source_channels : 0;

  auto* shared = dynamic_shared<Storage>();
  int first = begin;
  auto load = [&](int stage_index) {
    Storage* to = shared + stage_index * Layout::stage_size;
#pragma unroll
    for (int k = 0; k < Math::depth; k += dy_at_once) {
      const int pixel = first + dy_pixel + k;
      const bool wanted = dy_wanted && pixel < end;
      stage<dy_width>(to + (dy_pixel + k) * Layout::row_pitch + dy_row,
                      wanted ? dy + int64_t(pixel) * grid.dy_channels + first_row + dy_row : dy, wanted);
    }
    to += Math::depth * Layout::row_pitch;
#pragma unroll(width == 1 ? 8 : Math::depth / x_at_once)
    for (int k = 0; k < Math::depth; k += x_at_once) {
      const int pixel = first + x_pixel + k, n = grid.picture.quotient(pixel);
      const int in_picture = grid.picture.remainder(pixel, n), line = grid.line.quotient(in_picture);
      const int row = line * s.source_step + tap.row;
      const int column = grid.line.remainder(in_picture, line) * s.source_step + tap.column;
      const bool wanted = x_wanted && pixel < end && unsigned(row) < unsigned(s.source_height) &&
                          unsigned(column) < unsigned(s.source_width);
      const int64_t from = wanted ? (int64_t(n) * s.source_height + row) * s.source_width + column : 0;
      stage<width>(to + (x_pixel + k) * Layout::column_pitch + x_column,
                   x + from * s.source_channels + channel, wanted);
    }
    first += Math::depth;
  };

  float sum[Tile::M][Tile::N][4] = {};
  pipeline<Tile::stages>((end - begin + Math::depth - 1) / Math::depth, load, [&](int stage_index) {
    const Storage* tile = shared + stage_index * Layout::stage_size;
    Math::accumulate(RowsContiguous<Storage, Layout::row_pitch>{tile + Tile::first_row()},
                     RowsContiguous<Storage, Layout::column_pitch>{tile + Math::depth * Layout::row_pitch +
                                                                   Tile::first_column()},
                     sum);
  });

  // Two floats a lane: four lanes fill 32 bytes, what memory is written in.
  partial += int64_t(blockIdx.z) * grid.partial_size;
  Tile::for_each_pair(sum, [&](int row, int column, float value, float next) {
    const int out_channel = first_row + row, at = first_column + column;
    if (out_channel >= s.out_channels || at >= filter_size) return;
    float* to = partial + int64_t(out_channel) * filter_size + at;
    if constexpr (width > 1) {
      store_floats(to, {value, next});
    } else {
      to[0] = value;
      if (at + 1 < filter_size) to[1] = next;
    }
  });
}

}  // namespace huegrad::cuda::implicit_gemm
