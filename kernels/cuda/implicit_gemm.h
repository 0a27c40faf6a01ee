// Convolutions as matrix products on tensor cores (gather_kernel.h, weight_kernel.h): which operands are
// copied into whole vectors first (operands.h), which tiles multiply and how often the summed axis is split
// (tile_choice.h). Sums of splits are added in their order.
#pragma once
#include "kernels/cuda/convolution.h"
#include "kernels/cuda/gather_kernel.h"
#include "kernels/cuda/operands.h"
#include "kernels/cuda/tile_choice.h"
#include "kernels/cuda/warpgroup_math.h"
#include "kernels/cuda/weight_kernel.h"

namespace huegrad::cuda::implicit_gemm {

// A tile and who multiplies it.
template <class Math_, class Tile_>
struct Product {
  using Math = Math_;
  using Tile = Tile_;
  static constexpr bool by_warpgroups = std::is_same_v<Math, WarpgroupMath<typename Math::Storage>>;
};

// Those by warpgroups come last.
template <class... Products>
struct ProductList {
  // Layout<Math, Tile>: what a kernel keeps in shared memory.
  template <template <class, class> class Layout>
  static constexpr TileKind kinds[sizeof...(Products)] = {
      {Products::Tile::rows, Products::Tile::columns, Products::Tile::threads, Products::Tile::resident,
       Products::Tile::warp_reads,
       int64_t(Layout<typename Products::Math, typename Products::Tile>::shared_bytes),
       Products::Math::products_per_clock}...};
  static constexpr int by_warps = (0 + ... + int(!Products::by_warpgroups));

  // Calls run(product) with the product of this number.
  template <class Run>
  static void with(int kind, const Run& run) {
    int number = 0;
    ((kind == number++ ? run(Products{}) : void()), ...);
  }
};
template <class Math, class... More>
using GatherList = ProductList<Product<Math, LargeTile>, Product<Math, HugeTile>, Product<Math, TallTile>,
                               Product<Math, NarrowTile>, Product<Math, SmallTile>, More...>;
template <class Math, class... More>
using WeightList =
    ProductList<Product<Math, LargeTile>, Product<Math, HugeTile>, Product<Math, SmallTile>, More...>;

template <template <class, class...> class List, class Math>
using WithWarpgroups = List<Math, Product<WarpgroupMath<typename Math::Storage>, TallWarpgroups>,
                            Product<WarpgroupMath<typename Math::Storage>, WideWarpgroups>,
                            Product<WarpgroupMath<typename Math::Storage>, SquareWarpgroups>,
                            Product<WarpgroupMath<typename Math::Storage>, NarrowWarpgroups>>;

template <class Math>
struct Products {
  using Gather = GatherList<Math>;
  using Weight = WeightList<Math>;
};
template <>
struct Products<Bfloat16Math> {
  using Gather = WithWarpgroups<GatherList, Bfloat16Math>;
  using Weight = WithWarpgroups<WeightList, Bfloat16Math>;
};
// Warpgroups take floats along the summed axis only.
template <>
struct Products<TensorFloat32Math> {
  using Gather = WithWarpgroups<GatherList, TensorFloat32Math>;
  using Weight = WeightList<TensorFloat32Math>;
};

// Products by warpgroups have run in the emulation and nowhere else (benchmarks/NOTES.md): they are taken
// where CudaContext::convolution_tile asks for them, and by themselves once a card has confirmed them.
constexpr bool kChoosesWarpgroups = false;

// The products of a list that this card has.
template <class List, template <class, class> class Layout>
std::span<const TileKind> available(Cuda cuda) {
  const std::span<const TileKind> all(List::template kinds<Layout>);
  return kHasWarpgroups && cuda.context->info().major == 9 ? all : all.first(List::by_warps);
}

template <class List, template <class, class> class Layout, class Storage>
TileChoice choose(Cuda cuda, const ProductShape& product) {
  const TileMachine machine = {.multiprocessors = cuda.context->info().multiprocessors,
                               .step = kStepDepth<Storage>,
                               .value_bytes = int(sizeof(Storage)),
                               .block_bytes = cuda.context->body().block_shared_bytes};
  const std::span<const TileKind> kinds = available<List, Layout>(cuda);
  if (cuda.context->convolution_tile >= 0) {
    const size_t kind = size_t(cuda.context->convolution_tile) % kinds.size();
    TileChoice choice = choose_tile(product, kinds.subspan(kind, 1), machine);
    choice.kind = int(kind);
    if (kinds[kind].shared_bytes <= machine.block_bytes) return choice;
  }
  return choose_tile(product, kChoosesWarpgroups ? kinds : kinds.first(List::by_warps), machine);
}

template <class List, template <class, class> class Layout>
std::vector<std::string> tile_names(Cuda cuda) {
  std::vector<std::string> names;
  for (const TileKind& kind : available<List, Layout>(cuda))
    names.push_back(std::to_string(kind.rows) + "x" + std::to_string(kind.columns) +
                    (int(names.size()) < List::by_warps ? "" : " by warpgroups"));
  return names;
}

// Adds the partial sums of (rows, channels), `pitch` values between rows, `size` between splits.
template <int width, class Storage>
__global__ void __launch_bounds__(kChannelThreads, 4)
    sum_partials_kernel(ChannelLayout layout, int splits, int64_t size, int64_t pitch, const float* partial,
                        Conv2dEpilogue<float> epilogue, Storage* y) {
  const ChannelPlace place = channel_place<width>(layout);
  if (!place.inside) return;
  const ChannelEpilogue<width> of_channels(epilogue, place.channel);
  for (int64_t row = place.first; row < place.last; row += place.step) {
    const float* from = partial + row * pitch + place.channel;
    float sum[width];
    load_floats(from, sum);
    for (int split = 1; split < splits; ++split) {
      float more[width];
      load_floats(from + split * size, more);
#pragma unroll
      for (int j = 0; j < width; ++j) sum[j] += more[j];
    }
    of_channels.apply(sum);
    store_floats(y + row * layout.channels + place.channel, sum);
  }
}

template <class Storage>
void sum_partials(const char* op, Cuda cuda, int64_t rows, int64_t channels, int64_t splits, int64_t size,
                  int64_t pitch, const float* partial, const Conv2dEpilogue<float>& epilogue, Storage* y) {
  constexpr int width = kPack<float>;
  const bool fits = packs_fit<width>(channels, partial, y) && size % width == 0 && pitch % width == 0;
  const ChannelLayout layout = channel_layout(cuda, rows, channels, fits ? width : 1);
  launch(op, cuda, fits ? sum_partials_kernel<width, Storage> : sum_partials_kernel<1, Storage>,
         layout.grid(), kChannelThreads, 0, layout, splits, size, pitch, partial, epilogue, y);
}

// The gather of source and weight, whose channels are whole vectors.
template <class Math, class Tile>
void launch_gather(const char* op, Cuda cuda, const GatherShape& s, const TileChoice& choice,
                   const typename Math::Storage* source, const typename Math::Storage* weight,
                   const Conv2dEpilogue<float>& epilogue, typename Math::Storage* out, float* partial) {
  using Storage = typename Math::Storage;
  const auto kernel = gather_kernel<Math, Tile>;
  constexpr size_t shared = GatherTile<Math, Tile>::shared_bytes;
  allow_shared(op, kernel, shared);
  const int64_t channel_tiles = pieces(s.out_channels, Tile::columns);
  const int64_t pitch = whole_vectors<float>(s.out_channels);
  const GatherGrid grid = {int(channel_tiles), int(choice.steps_per_split), s.out_pixels() * pitch, pitch};
  launch(op, cuda, kernel,
         dim3(unsigned(pieces(s.phase_pixels(), Tile::rows) * channel_tiles), unsigned(s.phases()),
              unsigned(choice.splits)),
         Tile::threads, shared, s, grid, source, weight, epilogue, out,
         packs_fit<kPack<Storage>>(s.out_channels, out), choice.splits > 1 ? partial : nullptr);
  if (choice.splits > 1)
    sum_partials(op, cuda, s.out_pixels(), s.out_channels, choice.splits, grid.partial_size, pitch, partial,
                 epilogue, out);
}

template <class Math>
TileChoice choose_gather(Cuda cuda, const GatherShape& s) {
  // A 3x3 kernel reads a pixel nine times, most of them from the first-level cache.
  const ProductShape product = {.rows = s.phase_pixels(),
                                .columns = s.out_channels,
                                .depth = int64_t(s.most_taps()) * s.source_channels,
                                .batch = s.phases(),
                                .row_reads = s.most_taps() > 1 ? 0.25 : 1};
  return choose<typename Products<Math>::Gather, GatherTile, typename Math::Storage>(cuda, product);
}

inline int64_t partial_bytes(const GatherShape& s, const TileChoice& choice) {
  return choice.splits == 1
             ? 0
             : choice.splits * s.out_pixels() * whole_vectors<float>(s.out_channels) * int64_t(sizeof(float));
}

template <class Math>
void gather(const char* op, Cuda cuda, const GatherShape& s, const TileChoice& choice,
            const typename Math::Storage* source, const typename Math::Storage* weight,
            const Conv2dEpilogue<float>& epilogue, typename Math::Storage* out, char* partial) {
  Products<Math>::Gather::with(choice.kind, [&](auto product) {
    using Chosen = decltype(product);
    launch_gather<typename Chosen::Math, typename Chosen::Tile>(op, cuda, s, choice, source, weight, epilogue,
                                                                out, reinterpret_cast<float*>(partial));
  });
}

// An operand (rows, channels) as kernels take it: itself, or a copy that needs `bytes` of scratch memory.
template <class Storage>
struct Operand {
  int64_t rows, channels;
  const Storage* values;
  int64_t bytes;

  Operand(int64_t rows, int64_t channels, const Storage* values)
      : rows(rows),
        channels(channels),
        values(values),
        bytes(packs_fit<kPack<Storage>>(channels, values)
                  ? 0
                  : rows * whole_vectors<Storage>(channels) * int64_t(sizeof(Storage))) {}

  const Storage* staged(const char* op, Cuda cuda, char* scratch) const {
    if (bytes == 0) return values;
    auto* copy = reinterpret_cast<Storage*>(scratch);
    widen_rows(op, cuda, rows, channels, values, copy);
    return copy;
  }
};

template <class Math, class Storage>
void forward_by(Cuda cuda, const Conv2dShape& shape, const Storage* x, const Storage* w,
                const Conv2dEpilogue<float>& epilogue, Storage* y) {
  constexpr auto op = "conv2d_forward";
  const int64_t channels = whole_vectors<Storage>(shape.in_channels);
  const Operand<Storage> source(shape.batch * shape.in_height * shape.in_width, shape.in_channels, x);
  const Operand<Storage> weight(shape.out_channels * shape.kernel_height * shape.kernel_width,
                                shape.in_channels, w);
  GatherShape s = forward_gather(shape);
  s.source_channels = int(channels);
  const TileChoice choice = choose_gather<Math>(cuda, s);
  const auto [source_copy, weight_copy, partial] =
      scratch_arrays<3>(*cuda.context, {source.bytes, weight.bytes, partial_bytes(s, choice)});
  gather<Math>(op, cuda, s, choice, source.staged(op, cuda, source_copy),
               weight.staged(op, cuda, weight_copy), epilogue, y, partial);
}

template <class Math, class Storage>
void backward_data_by(Cuda cuda, const Conv2dShape& shape, const Storage* w, const Storage* dy,
                      const Conv2dEpilogue<float>& epilogue, Storage* dx) {
  constexpr auto op = "conv2d_backward_data";
  const int64_t channels = whole_vectors<Storage>(shape.out_channels);
  const int64_t elements = shape.kernel_height * shape.kernel_width;
  const Operand<Storage> source(shape.batch * shape.out_height() * shape.out_width(), shape.out_channels, dy);
  GatherShape s = backward_data_gather(shape);
  s.source_channels = int(channels);
  const TileChoice choice = choose_gather<Math>(cuda, s);
  const auto [source_copy, weight_copy, partial] = scratch_arrays<3>(
      *cuda.context, {source.bytes, shape.in_channels * elements * channels * int64_t(sizeof(Storage)),
                      partial_bytes(s, choice)});
  auto* transposed = reinterpret_cast<Storage*>(weight_copy);
  transpose_weight(op, cuda, shape.out_channels, elements, shape.in_channels, channels, w, transposed);
  gather<Math>(op, cuda, s, choice, source.staged(op, cuda, source_copy), transposed, epilogue, dx, partial);
}

template <class Math, class Tile>
void launch_weight(const char* op, Cuda cuda, const GatherShape& s, const TileChoice& choice,
                   int64_t dy_channels, const typename Math::Storage* x, const typename Math::Storage* dy,
                   float* partial) {
  const auto kernel = weight_kernel<Math, Tile>;
  constexpr size_t shared = WeightTile<Math, Tile>::shared_bytes;
  allow_shared(op, kernel, shared);
  const int64_t filter_size = int64_t(s.kernel_elements) * s.source_channels;
  const WeightGrid grid = {int(choice.steps_per_split), int(dy_channels / kPack<typename Math::Storage>),
                           Divisor(int64_t(s.out_height) * s.out_width), Divisor(s.out_width),
                           s.out_channels * filter_size};
  launch(op, cuda, kernel,
         dim3(unsigned(pieces(filter_size, Tile::columns)), unsigned(pieces(s.out_channels, Tile::rows)),
              unsigned(choice.splits)),
         Tile::threads, shared, s, grid, x, dy, partial);
}

template <class Math, class Storage>
void backward_weight_by(Cuda cuda, const Conv2dShape& shape, const Storage* x, const Storage* dy, float* dw) {
  constexpr auto op = "conv2d_backward_weight";
  const int64_t channels = whole_vectors<Storage>(shape.in_channels),
                dy_channels = whole_vectors<Storage>(shape.out_channels);
  const Operand<Storage> source(shape.batch * shape.in_height * shape.in_width, shape.in_channels, x);
  const Operand<Storage> gradient(shape.batch * shape.out_height() * shape.out_width(), shape.out_channels,
                                  dy);
  GatherShape s = forward_gather(shape);
  s.source_channels = int(channels);
  const int64_t filter_size = s.kernel_elements * channels;
  const TileChoice choice = choose<typename Products<Math>::Weight, WeightTile, Storage>(
      cuda, {.rows = s.out_channels, .columns = filter_size, .depth = s.out_pixels()});
  // Straight into dw where there is nothing to add and nothing to leave out.
  const bool direct = choice.splits == 1 && channels == shape.in_channels && packs_fit<kPack<float>>(0, dw);
  const int64_t sums = direct ? 0 : choice.splits * s.out_channels * filter_size;
  const auto [source_copy, gradient_copy, partial_memory] =
      scratch_arrays<3>(*cuda.context, {source.bytes, gradient.bytes, sums * int64_t(sizeof(float))});
  auto* partial = direct ? dw : reinterpret_cast<float*>(partial_memory);
  const Storage* staged_x = source.staged(op, cuda, source_copy);
  const Storage* staged_dy = gradient.staged(op, cuda, gradient_copy);
  Products<Math>::Weight::with(choice.kind, [&](auto product) {
    using Chosen = decltype(product);
    launch_weight<typename Chosen::Math, typename Chosen::Tile>(op, cuda, s, choice, dy_channels, staged_x,
                                                                staged_dy, partial);
  });
  if (!direct)
    sum_partials(op, cuda, shape.out_channels * s.kernel_elements, shape.in_channels, choice.splits,
                 s.out_channels * filter_size, channels, partial, {}, dw);
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
TileNames tiles(Cuda cuda) {
  TileNames names;
  with_math<Storage>(cuda, [&]<class Math>(Math) {
    names = {tile_names<typename Products<Math>::Gather, GatherTile>(cuda),
             tile_names<typename Products<Math>::Weight, WeightTile>(cuda)};
  });
  return names;
}

template <class Storage>
void forward(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* w,
             const Conv2dEpilogue<float>& epilogue, Storage* y) {
  with_math<Storage>(cuda, [&](auto math) { forward_by<decltype(math)>(cuda, s, x, w, epilogue, y); });
}

template <class Storage>
void backward_data(Cuda cuda, const Conv2dShape& s, const Storage* w, const Storage* dy,
                   const Conv2dEpilogue<float>& epilogue, Storage* dx) {
  with_math<Storage>(cuda,
                     [&](auto math) { backward_data_by<decltype(math)>(cuda, s, w, dy, epilogue, dx); });
}

template <class Storage>
void backward_weight(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* dy, float* dw) {
  with_math<Storage>(cuda, [&](auto math) { backward_weight_by<decltype(math)>(cuda, s, x, dy, dw); });
}

}  // namespace huegrad::cuda::implicit_gemm
