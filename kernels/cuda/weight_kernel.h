// Weight gradient as a matrix product: rows: output channels, columns: taps x input channels, summed: pixels.
#pragma once
#include "kernels/cuda/divisor.h"
#include "kernels/cuda/gather.h"
#include "kernels/cuda/pipeline.h"
#include "kernels/cuda/tile_math.h"

namespace huegrad::cuda::implicit_gemm {

// Where a pixel of dy has its place in x.
struct alignas(16) Place {
  int row, column, pixel;
};

template <class Math, class Tile>
struct WeightTile {
  using Storage = typename Math::Storage;
  static constexpr size_t places_offset = Tile::stages * Tile::template stage_size<Storage> * sizeof(Storage);
  static constexpr size_t shared_bytes = places_offset + Tile::stages * kStepDepth<Storage> * sizeof(Place);
};

struct WeightGrid {
  int steps_per_split;
  int dy_packs;           // between pixels of dy
  Divisor picture, line;  // pixels of each of dy
  int64_t partial_size;
};

// Brings the steps of a tile: of each pixel of a step the same packs of dy and the same packs, of one tap
// each, of x. Where the pixels have their places is found once for the block, a step before it is needed: the
// places of a stage are of the step that is brought into it next.
template <class Storage, class Tile>
class WeightLoader {
 public:
  __device__ __forceinline__ WeightLoader(const GatherShape& s, const WeightGrid& grid, int first_row,
                                          int first_column, int begin, int end, const Storage* x,
                                          const Storage* dy, Storage* stages, Place* places)
      : s_(s),
        grid_(grid),
        x_(reinterpret_cast<const Vector*>(x)),
        dy_(reinterpret_cast<const Vector*>(dy)),
        stages_(stages),
        places_(places),
        dy_pack_(first_row / kWidth + Rows::pack()),
        has_dy_(dy_pack_ * kWidth < s.out_channels),
        packs_(s.source_channels / kWidth),
        next_(begin),
        end_(end) {
    const int pack = first_column / kWidth + Columns::pack();
    has_x_ = pack < s.kernel_elements * packs_;
    const Tap tap = s.taps[has_x_ ? pack / packs_ : 0];
    tap_row_ = tap.row;
    tap_column_ = tap.column;
    x_offset_ = (tap.row * s.source_width + tap.column) * packs_ + (has_x_ ? pack % packs_ : 0);
    for (int stage = 0; stage < Tile::stages; ++stage) find_places(stage, begin + stage * kDepth);
    __syncthreads();
  }

  __device__ __forceinline__ void begin(int stage, bool wanted) {
    to_ = stages_ + stage * Tile::template stage_size<Storage>;
    stage_ = stage;
    first_ = next_;
    wanted_end_ = wanted ? end_ : 0;
    next_ += kDepth;
  }

  template <int parts>
  __device__ __forceinline__ void bring(int part) {
#pragma unroll
    for (int i = 0; i < Rows::count; ++i) {
      if (!belongs(i, Rows::count, part, parts)) continue;
      const int k = Rows::line() + i * Rows::lines, pixel = first_ + k;
      const bool wanted = has_dy_ & (pixel < wanted_end_);
      cp_async16(to_ + Layout::offset(Rows::pack() * kWidth, k),
                 dy_ + (wanted ? pixel * grid_.dy_packs + dy_pack_ : 0), wanted);
    }
#pragma unroll
    for (int i = 0; i < Columns::count; ++i) {
      if (!belongs(i, Columns::count, part, parts)) continue;
      const int k = Columns::line() + i * Columns::lines;
      const Place place = places_[stage_ * kDepth + k];
      // & and not &&, which would read places only where they are needed: branches between the products.
      const bool wanted = has_x_ & (first_ + k < wanted_end_) &
                          (unsigned(place.row + tap_row_) < unsigned(s_.source_height)) &
                          (unsigned(place.column + tap_column_) < unsigned(s_.source_width));
      cp_async16(to_ + kDepth * Tile::rows + Layout::offset(Columns::pack() * kWidth, k),
                 x_ + (wanted ? place.pixel * packs_ + x_offset_ : 0), wanted);
    }
  }

  // Of the step behind the one that is being brought.
  __device__ __forceinline__ void find_next_places() {
    find_places(stage_ + 1 < Tile::stages ? stage_ + 1 : 0, next_);
  }

 private:
  static constexpr int kWidth = kPack<Storage>, kDepth = kStepDepth<Storage>;
  using Vector = Pack<Storage, kWidth>;
  using Layout = RowsContiguous<Storage>;

  // How threads share `extent` values of each line.
  template <int extent>
  struct Share {
    static constexpr int across = extent / kWidth, lines = Tile::threads / across, count = kDepth / lines;
    static_assert(lines % Layout::kTwisted == 0 && kDepth % lines == 0);
    static __device__ __forceinline__ int pack() { return int(threadIdx.x) % across; }
    static __device__ __forceinline__ int line() { return int(threadIdx.x) / across; }
  };
  using Rows = Share<Tile::rows>;
  using Columns = Share<Tile::columns>;

  __device__ __forceinline__ void find_places(int stage, int first) {
    const int k = int(threadIdx.x);
    if (k >= kDepth) return;
    const int pixel = first + k, n = grid_.picture.quotient(pixel);
    const int in_picture = grid_.picture.remainder(pixel, n), line = grid_.line.quotient(in_picture);
    const int row = line * s_.source_step;
    const int column = grid_.line.remainder(in_picture, line) * s_.source_step;
    places_[stage * kDepth + k] = {row, column, (n * s_.source_height + row) * s_.source_width + column};
  }

  const GatherShape& s_;
  const WeightGrid& grid_;
  const Vector *x_, *dy_;
  Storage* stages_;
  Place* places_;
  int dy_pack_;
  bool has_dy_, has_x_;
  int packs_, tap_row_, tap_column_, x_offset_;
  int next_, end_;
  // Of the step that is being brought:
  Storage* to_;
  int stage_, first_, wanted_end_;
};

// s: the gather of the forward pass. Block z sums steps [z * steps_per_split, ...) into partial dw number z.
// x and dy come in whole packs.
template <class Math, class Tile>
__global__ void __launch_bounds__(Tile::threads, Tile::resident)
    weight_kernel(const __grid_constant__ GatherShape s, const __grid_constant__ WeightGrid grid,
                  const typename Math::Storage* x, const typename Math::Storage* dy, float* partial) {
  using Storage = typename Math::Storage;
  using Layout = WeightTile<Math, Tile>;
  constexpr int depth = kStepDepth<Storage>;
  const int filter_size = s.kernel_elements * s.source_channels;
  const int first_row = int(blockIdx.y) * Tile::rows, first_column = int(blockIdx.x) * Tile::columns;
  const int pixels = s.batch * s.out_height * s.out_width;
  const int begin = int(blockIdx.z) * grid.steps_per_split * depth;
  const int end = min(pixels, begin + grid.steps_per_split * depth);

  auto* bytes = dynamic_shared<unsigned char>();
  auto* stages = reinterpret_cast<Storage*>(bytes);
  WeightLoader<Storage, Tile> loader(s, grid, first_row, first_column, begin, end, x, dy, stages,
                                     reinterpret_cast<Place*>(bytes + Layout::places_offset));

  const int steps = (end - begin + depth - 1) / depth;
  float sum[Tile::M][Tile::N][4];
  Math::start(sum);
  pipeline<Math, Tile::stages>(steps, loader, [&](int stage, bool first, const auto& between) {
    const Storage* step = stages + stage * Tile::template stage_size<Storage>;
    Math::accumulate(RowsContiguous<Storage>{step, Tile::first_row()},
                     RowsContiguous<Storage>{step + Tile::rows * depth, Tile::first_column()}, sum, first,
                     [&](int part) {
                       between(part);
                       if (part == Math::parts - 1) loader.find_next_places();
                     });
  });
  Math::finish(sum, steps > 0);

  // Two floats a lane: four lanes fill 32 bytes, what memory is written in.
  partial += int64_t(blockIdx.z) * grid.partial_size;
  Tile::for_each_pair(sum, [&](int row, int column, float value, float next) {
    const int out_channel = first_row + row, at = first_column + column;
    if (out_channel < s.out_channels && at < filter_size)
      store_floats(partial + int64_t(out_channel) * filter_size + at, {value, next});
  });
}

}  // namespace huegrad::cuda::implicit_gemm
