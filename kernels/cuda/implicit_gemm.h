// Convolutions as matrix products whose left matrix exists only in pieces: a block gathers the pixels that a
// tile needs into shared memory, several stages ahead of the products (cp.async), and multiplies on tensor
// cores. No im2col buffer, and pixels outside the image cost a zero fill.
//
//   forward, data gradient   rows: output pixels, columns: output channels, summed: taps x source channels
//   weight gradient          rows: output channels, columns: taps x input channels, summed: pixels
//
// Channel counts that are not whole 16-byte vectors are copied value by value.
#pragma once
#include "kernels/cuda/epilogue.h"
#include "kernels/cuda/gather.h"
#include "kernels/cuda/tile_math.h"

namespace huegrad::cuda::implicit_gemm {

// Where a row of a gathered tile starts: a pixel's place in the source and the first pixel of its picture.
struct Place {
  int row, column, picture;
};

// Far outside any picture: what is gathered from here is zero.
constexpr int kNowhere = -(1 << 28);

// Place of output pixel `pixel` of a phase whose grid is height x width.
__device__ __forceinline__ Place place_of(const GatherShape& s, int pixel, int height, int width) {
  return {pixel / width % height * s.source_step, pixel % width * s.source_step,
          pixel / (width * height) * s.source_height * s.source_width};
}

// Brings `width` values (16 bytes, or one) of a row from memory into shared memory, or zeros.
template <int width, class Storage>
__device__ __forceinline__ void stage(Storage* to, const Storage* from, bool wanted) {
  if constexpr (width == 1)
    *to = wanted ? *from : Storage{};
  else
    cp_async16(to, from, wanted);
}

template <class Storage>
__device__ __forceinline__ void stage_pixel(const GatherShape& s, const Place& place, const Tap& tap,
                                            int channel, bool wanted, const Storage* source, Storage* to,
                                            auto width) {
  const int row = place.row + tap.row, column = place.column + tap.column;
  const bool inside = wanted && row >= 0 && row < s.source_height && column >= 0 && column < s.source_width;
  const int64_t pixel = inside ? int64_t(place.picture) + int64_t(row) * s.source_width + column : 0;
  stage<decltype(width)::value>(to, source + pixel * s.source_channels + channel, inside);
}

// Keeps `stages - 1` tiles on their way while one is multiplied. load(stage, tile) begins to bring a tile,
// multiply(stage) uses one that has arrived.
template <int stages, class Load, class Multiply>
__device__ __forceinline__ void pipeline(int tiles, const Load& load, const Multiply& multiply) {
  for (int tile = 0; tile < stages - 1; ++tile) {
    if (tile < tiles) load(tile, tile);
    cp_async_commit();
  }
  for (int tile = 0; tile < tiles; ++tile) {
    cp_async_wait<stages - 2>();
    __syncthreads();  // everybody's part of this tile is there, and nobody reads the one before any more
    if (tile + stages - 1 < tiles) load((tile + stages - 1) % stages, tile + stages - 1);
    cp_async_commit();
    multiply(tile % stages);
  }
  cp_async_wait<0>();
}

template <class Math, class Tile, int width>
struct GatherTile {
  using Storage = typename Math::Storage;
  static constexpr int pitch = Math::depth + 16 / int(sizeof(Storage));  // rows start in different banks
  static constexpr int stage_size = (Tile::rows + Tile::columns) * pitch;
  static constexpr size_t shared_bytes =
      Tile::stages * stage_size * sizeof(Storage) + Tile::rows * sizeof(Place);
};

template <class Math, class Tile, int width>
__global__ void __launch_bounds__(Tile::threads)
    gather_kernel(const __grid_constant__ GatherShape s, const typename Math::Storage* source,
                  const typename Math::Storage* weight,
                  const __grid_constant__ Conv2dEpilogue<float> epilogue, typename Math::Storage* out) {
  using Storage = typename Math::Storage;
  using Layout = GatherTile<Math, Tile, width>;
  const int phase = int(blockIdx.z), phase_row = phase / s.out_step, phase_column = phase % s.out_step;
  const int grid_height = (s.out_height - phase_row + s.out_step - 1) / s.out_step;
  const int grid_width = (s.out_width - phase_column + s.out_step - 1) / s.out_step;
  const int pixels = s.batch * grid_height * grid_width;
  const int first_pixel = int(blockIdx.x) * Tile::rows, first_channel = int(blockIdx.y) * Tile::columns;
  if (first_pixel >= pixels) return;

  auto* shared = dynamic_shared<Storage>();
  auto* places = reinterpret_cast<Place*>(shared + Tile::stages * Layout::stage_size);
  for (int row = int(threadIdx.x); row < Tile::rows; row += Tile::threads)
    places[row] = first_pixel + row < pixels ? place_of(s, first_pixel + row, grid_height, grid_width)
                                             : Place{kNowhere, kNowhere, 0};
  __syncthreads();

  const int first_tap = s.first_tap[phase];
  const int depth = (s.first_tap[phase + 1] - first_tap) * s.source_channels;
  constexpr int vectors = Math::depth / width, rows_at_once = Tile::threads / vectors;
  const int k_of_thread = int(threadIdx.x) % vectors * width, row_of_thread = int(threadIdx.x) / vectors;
  const auto load = [&](int stage_index, int tile) {
    Storage* to = shared + stage_index * Layout::stage_size + k_of_thread;
    const int k = tile * Math::depth + k_of_thread;
    const bool inside = k < depth;
    const Tap tap = s.taps[first_tap + (inside ? k / s.source_channels : 0)];
    const int channel = inside ? k % s.source_channels : 0;
    for (int row = row_of_thread; row < Tile::rows; row += rows_at_once)
      stage_pixel(s, places[row], tap, channel, inside, source, to + row * Layout::pitch,
                  std::integral_constant<int, width>{});
    for (int row = row_of_thread; row < Tile::columns; row += rows_at_once) {
      const bool wanted = inside && first_channel + row < s.out_channels;
      const int64_t filter = wanted ? int64_t(first_channel + row) * s.kernel_elements + tap.element : 0;
      stage<width>(to + (Tile::rows + row) * Layout::pitch, weight + filter * s.source_channels + channel,
                   wanted);
    }
  };

  float sum[Tile::M][Tile::N][4] = {};
  using Operand = DepthContiguous<Storage, Layout::pitch>;
  pipeline<Tile::stages>((depth + Math::depth - 1) / Math::depth, load, [&](int stage_index) {
    const Storage* tile = shared + stage_index * Layout::stage_size;
    Math::accumulate(Operand{tile + Tile::first_row() * Layout::pitch},
                     Operand{tile + (Tile::rows + Tile::first_column()) * Layout::pitch}, sum);
  });

  Tile::for_each(sum, [&](int row, int column, float value) {
    const int pixel = first_pixel + row, channel = first_channel + column;
    if (pixel >= pixels || channel >= s.out_channels) return;
    const int64_t n = pixel / (grid_width * grid_height);
    const int64_t y = pixel / grid_width % grid_height * s.out_step + phase_row;
    const int64_t x = pixel % grid_width * s.out_step + phase_column;
    out[((n * s.out_height + y) * s.out_width + x) * s.out_channels + channel] =
        from_float<Storage>(apply(epilogue, channel, value));
  });
}

template <class Math, class Tile, int width>
struct WeightTile {
  using Storage = typename Math::Storage;
  static constexpr int row_pitch = Tile::rows + 8, column_pitch = Tile::columns + 8;
  static constexpr int stage_size = Math::depth * (row_pitch + column_pitch);
  static constexpr size_t shared_bytes = Tile::stages * stage_size * sizeof(Storage);
};

// s: the gather of the forward pass. Block z sums pixels [z * pixels_per_split, ...) into partial dw number
// z.
template <class Math, class Tile, int width>
__global__ void __launch_bounds__(Tile::threads)
    weight_kernel(const __grid_constant__ GatherShape s, int pixels_per_split,
                  const typename Math::Storage* x, const typename Math::Storage* dy, float* partial) {
  using Storage = typename Math::Storage;
  using Layout = WeightTile<Math, Tile, width>;
  const int filter_size = s.kernel_elements * s.source_channels;
  const int first_row = int(blockIdx.y) * Tile::rows, first_column = int(blockIdx.x) * Tile::columns;
  const int begin = int(blockIdx.z) * pixels_per_split, pixels = s.batch * s.out_height * s.out_width;
  const int end = begin + pixels_per_split < pixels ? begin + pixels_per_split : pixels;

  auto* shared = dynamic_shared<Storage>();
  const auto load = [&](int stage_index, int tile) {
    Storage* to = shared + stage_index * Layout::stage_size;
    const int first = begin + tile * Math::depth;
    for (int i = int(threadIdx.x); i < Math::depth * Tile::rows / width; i += Tile::threads) {
      const int k = i / (Tile::rows / width), row = i % (Tile::rows / width) * width,
                channel = first_row + row;
      const bool wanted = first + k < end && channel < s.out_channels;
      stage<width>(to + k * Layout::row_pitch + row,
                   dy + (wanted ? int64_t(first + k) * s.out_channels + channel : 0), wanted);
    }
    to += Math::depth * Layout::row_pitch;
    for (int i = int(threadIdx.x); i < Math::depth * Tile::columns / width; i += Tile::threads) {
      const int k = i / (Tile::columns / width), column = i % (Tile::columns / width) * width;
      const int value = first_column + column;
      const bool wanted = first + k < end && value < filter_size;
      const Tap tap = s.taps[wanted ? value / s.source_channels : 0];
      stage_pixel(s, place_of(s, wanted ? first + k : 0, s.out_height, s.out_width), tap,
                  wanted ? value % s.source_channels : 0, wanted, x, to + k * Layout::column_pitch + column,
                  std::integral_constant<int, width>{});
    }
  };

  float sum[Tile::M][Tile::N][4] = {};
  pipeline<Tile::stages>((end - begin + Math::depth - 1) / Math::depth, load, [&](int stage_index) {
    const Storage* tile = shared + stage_index * Layout::stage_size;
    Math::accumulate(RowsContiguous<Storage, Layout::row_pitch>{tile + Tile::first_row()},
                     RowsContiguous<Storage, Layout::column_pitch>{tile + Math::depth * Layout::row_pitch +
                                                                   Tile::first_column()},
                     sum);
  });

  partial += int64_t(blockIdx.z) * s.out_channels * filter_size;
  Tile::for_each(sum, [&](int row, int column, float value) {
    const int channel = first_row + row, place = first_column + column;
    if (channel < s.out_channels && place < filter_size)
      partial[int64_t(channel) * filter_size + place] = value;
  });
}

__global__ void __launch_bounds__(kElementwiseThreads)
    sum_partials_kernel(int64_t size, int splits, const float* partial, float* y) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < size; i += step) {
    float sum = partial[i];
    for (int split = 1; split < splits; ++split) sum += partial[int64_t(split) * size + i];
    y[i] = sum;
  }
}

// (k, element, c) -> (c, element, k): the data gradient sums over the output channels.
template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    transpose_weight_kernel(int64_t out_channels, int64_t elements, int64_t in_channels, const Storage* w,
                            Storage* y) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads, size = out_channels * elements * in_channels;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < size; i += step) {
    const int64_t k = i % out_channels, element = i / out_channels % elements,
                  c = i / (out_channels * elements);
    y[i] = w[(k * elements + element) * in_channels + c];
  }
}

inline unsigned pieces(int64_t extent, int64_t piece) { return unsigned((extent + piece - 1) / piece); }

template <class Math, class Tile, int width>
void launch_gather(const char* op, Cuda cuda, const GatherShape& s, const typename Math::Storage* source,
                   const typename Math::Storage* weight, const Conv2dEpilogue<float>& epilogue,
                   typename Math::Storage* out) {
  const auto kernel = gather_kernel<Math, Tile, width>;
  constexpr size_t shared = GatherTile<Math, Tile, width>::shared_bytes;
  allow_shared(op, kernel, shared);
  const dim3 grid(pieces(s.phase_pixels(), Tile::rows), pieces(s.out_channels, Tile::columns),
                  unsigned(s.phases()));
  launch(op, cuda, kernel, grid, Tile::threads, shared, s, source, weight, epilogue, out);
}

// Large tiles reuse more of what they load; small ones give every multiprocessor something to do.
template <class Tile>
bool fills_card(Cuda cuda, int64_t rows, int64_t columns, int64_t others = 1) {
  return int64_t(pieces(rows, Tile::rows)) * pieces(columns, Tile::columns) * others >=
         cuda.context->info().multiprocessors;
}

template <class Math>
void gather(const char* op, Cuda cuda, const GatherShape& s, const typename Math::Storage* source,
            const typename Math::Storage* weight, const Conv2dEpilogue<float>& epilogue,
            typename Math::Storage* out) {
  constexpr int width = 16 / int(sizeof(typename Math::Storage));
  const bool large = fills_card<LargeTile>(cuda, s.phase_pixels(), s.out_channels, s.phases());
  const auto run = [&](auto kernel) { kernel(op, cuda, s, source, weight, epilogue, out); };
  if (packs_fit<width>(s.source_channels, source, weight))
    large ? run(launch_gather<Math, LargeTile, width>) : run(launch_gather<Math, SmallTile, width>);
  else
    large ? run(launch_gather<Math, LargeTile, 1>) : run(launch_gather<Math, SmallTile, 1>);
}

template <class Math, class Tile, int width>
void launch_weight(Cuda cuda, const GatherShape& s, const typename Math::Storage* x,
                   const typename Math::Storage* dy, float* dw) {
  constexpr auto op = "conv2d_backward_weight";
  const int64_t filter_size = int64_t(s.kernel_elements) * s.source_channels,
                size = filter_size * s.out_channels;
  const int64_t pixels = int64_t(s.batch) * s.out_height * s.out_width;
  const unsigned columns = pieces(filter_size, Tile::columns), rows = pieces(s.out_channels, Tile::rows);
  // As many splits of the pixels as two rounds of blocks need, each worth at least eight steps.
  const int64_t wanted = pieces(int64_t(cuda.context->info().multiprocessors) * 2, int64_t(columns) * rows);
  const int64_t splits = std::clamp<int64_t>(pixels / (8 * Math::depth), 1, wanted);
  const int64_t per_split = int64_t(pieces(pieces(pixels, splits), Math::depth)) * Math::depth;
  const unsigned used = pieces(pixels, per_split);
  float* partial =
      used == 1 ? dw : static_cast<float*>(cuda.context->scratch(used * size * int64_t(sizeof(float))));

  const auto kernel = weight_kernel<Math, Tile, width>;
  constexpr size_t shared = WeightTile<Math, Tile, width>::shared_bytes;
  allow_shared(op, kernel, shared);
  launch(op, cuda, kernel, dim3(columns, rows, used), Tile::threads, shared, s, int(per_split), x, dy,
         partial);
  if (used > 1)
    launch(op, cuda, sum_partials_kernel, elementwise_blocks(cuda, size), kElementwiseThreads, 0, size,
           int(used), partial, dw);
}

template <class Math>
void weight_gradient(Cuda cuda, const Conv2dShape& shape, const typename Math::Storage* x,
                     const typename Math::Storage* dy, float* dw) {
  constexpr int width = 16 / int(sizeof(typename Math::Storage));
  const GatherShape s = forward_gather(shape);
  const bool fits = packs_fit<width>(s.source_channels, x) && packs_fit<width>(s.out_channels, dy);
  // The pixels are split anyway, so large tiles pay as soon as they are full.
  const bool large = s.out_channels >= LargeTile::rows &&
                     int64_t(s.kernel_elements) * s.source_channels >= LargeTile::columns;
  if (fits)
    large ? launch_weight<Math, LargeTile, width>(cuda, s, x, dy, dw)
          : launch_weight<Math, SmallTile, width>(cuda, s, x, dy, dw);
  else
    large ? launch_weight<Math, LargeTile, 1>(cuda, s, x, dy, dw)
          : launch_weight<Math, SmallTile, 1>(cuda, s, x, dy, dw);
}

// Calls run(math) with the arithmetic for the storage type and the context's choice.
template <class Storage, class Run>
void with_math(Cuda cuda, const Run& run) {
  if constexpr (std::is_same_v<Storage, bfloat16>)
    run(Bfloat16Math{});
  else if (cuda.context->tensor_float32)
    run(TensorFloat32Math{});
  else
    run(Float32Math{});
}

template <class Storage>
void forward(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* w,
             const Conv2dEpilogue<float>& epilogue, Storage* y) {
  with_math<Storage>(cuda, [&](auto math) {
    gather<decltype(math)>("conv2d_forward", cuda, forward_gather(s), x, w, epilogue, y);
  });
}

template <class Storage>
void backward_data(Cuda cuda, const Conv2dShape& s, const Storage* w, const Storage* dy,
                   const Conv2dEpilogue<float>& epilogue, Storage* dx) {
  auto* transposed = static_cast<Storage*>(cuda.context->scratch(s.weight_size() * int64_t(sizeof(Storage))));
  launch("conv2d_backward_data", cuda, transpose_weight_kernel<Storage>,
         elementwise_blocks(cuda, s.weight_size()), kElementwiseThreads, 0, s.out_channels,
         s.kernel_height * s.kernel_width, s.in_channels, w, transposed);
  with_math<Storage>(cuda, [&](auto math) {
    gather<decltype(math)>("conv2d_backward_data", cuda, backward_data_gather(s), dy, transposed, epilogue,
                           dx);
  });
}

template <class Storage>
void backward_weight(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* dy, float* dw) {
  with_math<Storage>(cuda, [&](auto math) { weight_gradient<decltype(math)>(cuda, s, x, dy, dw); });
}

}  // namespace huegrad::cuda::implicit_gemm
