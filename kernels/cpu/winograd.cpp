// Tiles are taken in blocks whose transforms stay in the last cache level; a block is transformed, multiplied
// (one matrix product per element of a tile) and transformed back. Blocks and products depend on the shape
// only, so results do not depend on the number of threads.
#include "kernels/cpu/winograd.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <span>

#include "kernels/cpu/cache.h"
#include "kernels/cpu/gemm_panels.h"
#include "kernels/cpu/gemm_rows.h"
#include "kernels/cpu/scratch.h"
#include "kernels/cpu/winograd_kernels.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

constexpr int64_t kBlockFloats = 16 << 20;  // transformed input and output of a block: 64 MiB
// Transforming and moving a kernel costs about as much as multiplying this many tiles with it.
constexpr int64_t kKernelTiles = 128;

std::atomic<CpuConvolution> chosen = CpuConvolution::automatic;

template <class Shape>
bool may_be_winograd(const Shape& s) {
  return chosen != CpuConvolution::direct && std::min(s.in_channels, s.out_channels) >= kWinogradChannels;
}

bool pays(const WinogradTiles& t) {
  const auto tiles = double(TileOrder(t).products()),
             kernels = double(t.algorithm->elements() * kKernelTiles);
  const double channel_pairs = double(t.in_channels * t.out_channels);
  const double transforms = 16 * double(t.in_channels + t.out_channels);
  return (tiles + kernels) * channel_pairs + tiles * transforms <
         double(t.algorithm->taps() * t.positions()) * channel_pairs;
}

// `count` tiles in blocks of about the same size.
int64_t block_tiles(const WinogradTiles& t, int64_t count, int64_t depth) {
  const int64_t floats = t.algorithm->elements() * (depth + t.out_channels);
  const int64_t most = std::max<int64_t>(48, kBlockFloats / floats);
  return ceil_div(count, ceil_div(count, most));
}

// Whether a block that takes so many floats is written around the caches: whole cache lines are, only.
bool streams(const WinogradTiles& t, int64_t size) {
  return size > kCachedFloats && t.in_channels % kCacheLineFloats == 0 &&
         t.out_channels % kCacheLineFloats == 0;
}

// The transformed input and output of a block.
float* block_space(int64_t size) {
  thread_local Scratch scratch;
  return scratch.floats(size);
}

using Pack = std::function<void(float* packed)>;

// To keep. Lean ones stay on vectors: to convert a panel for the few rows of a picture costs more than it
// saves.
KernelMatrices kept(KernelMatrices kernels, bool lean) {
  kernels.digits = kernels.digits && !lean;
  return kernels;
}

void pack_and_transform(const KernelMatrices& kernels, const Pack& pack, float* transformed) {
  thread_local Scratch scratch;
  float* packed = scratch.floats(kernels.packed_size());
  pack(packed);
  transform_kernels(kernels, packed, transformed);
}

// For one use.
const float* transform_once(const KernelMatrices& kernels, const Pack& pack) {
  thread_local Scratch scratch;
  float* transformed = scratch.floats(kernels.transformed_size());
  pack_and_transform(kernels, pack, transformed);
  return transformed;
}

// The i-th tile of the block goes to `elements`, i * step floats further.
void transform_input(const WinogradTiles& tiles, const TileOrder::Range& block, const float* x,
                     const ElementLayout& elements, int64_t step) {
  const TileOrder order(tiles);
  parallel_for(0, block.size(), 4, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float* pixel[kMostWinogradElements];
      order.input(block.first + i, x, pixel)
          .input(pixel, tiles.in_channels,
                 {elements.memory + i * step, elements.stride, elements.panel, elements.streamed});
    }
    if (elements.streamed) hwy::FlushStream();
  });
}

// Where the elements of a block of transformed tiles lie, a row for each tile, and where their products go.
struct Elements {
  const TileOrder& order;
  TileOrder::Range block;
  int64_t row;
  const float* input;
  int64_t input_stride;
  float* output;
  int64_t output_stride, out_channels;
  bool streamed;

  // The products of element e with kernels from output channel `first` on, the next `channels` of them.
  void multiply(int64_t e, const PackedPanels& kernels, int64_t first, int64_t channels) const {
    const TileOrder::Range range = order.with(e, block);
    gemm_rows(range.size(), channels,
              MatrixRows(input + e * input_stride + range.first * row, row, kernels.depth), kernels, {},
              MatrixOutput(output + e * output_stride + range.first * out_channels + first, out_channels,
                           streamed));
  }
};

// The i-th of `count` things whose neighbours cost about the same, dealt out so that two threads that take
// halves of them get as much to do: the even ones, then the odd ones.
int64_t dealt(int64_t i, int64_t count) {
  const int64_t even = (count + 1) / 2;
  return i < even ? 2 * i : 2 * (i - even) + 1;
}

// Calls body(e, first, last) for every element and a share [first, last) of `panels`: shares where the
// elements alone would leave threads idle.
template <class Body>
void for_each_element(int64_t elements, int64_t panels, const Body& body) {
  const int64_t threads = thread_count();
  const int64_t shares = elements % threads == 0 ? 1 : std::min(panels, threads);
  parallel_for(0, elements * shares, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t share = i % shares;
      body(dealt(i / shares, elements), panels * share / shares, panels * (share + 1) / shares);
    }
  });
}

// Products with kernels that were transformed before.
struct TransformedKernels {
  KernelMatrices kernels;
  const float* transformed;

  void multiply(const Elements& elements) const {
    const int64_t width = gemm_panel_width();
    for_each_element(kernels.algorithm->elements(), ceil_div(kernels.out_channels, width),
                     [&](int64_t e, int64_t first_panel, int64_t last_panel) {
                       const int64_t first = first_panel * width,
                                     last = std::min(kernels.out_channels, last_panel * width);
                       const PackedPanels panels = kernels.panels(transformed + e * kernels.stride());
                       elements.multiply(e, kernels.panels(panels.panel(first_panel)), first, last - first);
                     });
  }
};

// Products with kernels as they are: a panel of output channels is transformed, a column of elements at a
// time, into memory that stays in L2 while it is used.
struct PackedKernels {
  KernelMatrices kernels;
  const float* packed;

  void multiply(const Elements& elements) const {
    const int64_t width = gemm_panel_width();
    const int64_t stride = element_stride(panel_size(kernels.in_channels, kernels.digits));
    const int64_t inputs = kernels.algorithm->inputs();
    const int64_t panels = ceil_div(kernels.out_channels, width);
    parallel_for(0, panels * inputs, 1, [&](int64_t begin, int64_t end) {
      thread_local Scratch scratch;
      float* transformed = scratch.floats(inputs * stride);
      for (int64_t i = begin; i < end; ++i) {
        const int64_t panel = i % panels, column = dealt(i / panels, inputs), first = panel * width;
        transform_kernel_column(kernels, panel, column, packed, transformed, stride);
        for (int64_t row = 0; row < inputs; ++row)
          elements.multiply(row * inputs + column, kernels.panels(transformed + row * stride), first,
                            std::min(width, kernels.out_channels - first));
      }
    });
  }
};

// The sum of convolutions that differ in what they read: the kernels' input channels are one below the other.
template <class Kernels>
void convolve(std::span<const WinogradTiles> parts, const float* x, const Kernels& kernels,
              const Conv2dEpilogue<float>& epilogue, float* y) {
  const WinogradTiles& tiles = parts.front();
  const WinogradAlgorithm& algorithm = *tiles.algorithm;
  const TileOrder order(tiles);
  const int64_t depth = int64_t(parts.size()) * tiles.in_channels;
  const int64_t most = block_tiles(tiles, order.count(), depth);
  // The last vector of a part may reach into what comes next (ElementLayout).
  const int64_t row = ceil_div(depth + (tiles.in_channels % 16 ? 15 : 0), 16) * 16;
  const int64_t v_stride = element_stride(most * row);
  const int64_t m_stride = element_stride(most * tiles.out_channels);
  const int64_t size = algorithm.elements() * (v_stride + m_stride);
  const bool streamed = streams(tiles, size);
  const bool write_around = streamed && begins_cache_line(y);
  float* v = block_space(size);
  float* m = v + algorithm.elements() * v_stride;
  for (int64_t first = 0; first < order.count(); first += most) {
    const TileOrder::Range block = {first, std::min(first + most, order.count())};
    for (size_t part = 0; part < parts.size(); ++part)
      transform_input(parts[part], block, x,
                      {v + int64_t(part) * tiles.in_channels, v_stride, gemm_panel_width(), streamed}, row);
    kernels.multiply({order, block, row, v, v_stride, m, m_stride, tiles.out_channels, streamed});
    parallel_for(0, block.size(), 4, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        float* pixel[kMostWinogradOutputs];
        order.output(first + i, y, pixel)
            .output(m + i * tiles.out_channels, m_stride, tiles.out_channels, epilogue, write_around, pixel);
      }
      if (write_around) hwy::FlushStream();
    });
  }
}

template <class Kernels>
void convolve(const WinogradTiles& tiles, const float* x, const Kernels& kernels,
              const Conv2dEpilogue<float>& epilogue, float* y) {
  convolve(std::span(&tiles, 1), x, kernels, epilogue, y);
}

// finish(row, du, stride): du (elements) x (columns), `stride` apart, is the gradient of the transformed
// kernels of output channel `row`.
template <class Finish>
void weight_gradient(const WinogradTiles& tiles, const float* x, const float* dy, const Finish& finish) {
  const WinogradAlgorithm& algorithm = *tiles.algorithm;
  const TileOrder order(tiles);
  const int64_t elements = algorithm.elements();
  const int64_t most = block_tiles(tiles, order.count(), tiles.in_channels);
  const int64_t width = gemm_panel_width();
  const int64_t u_stride = element_stride(tiles.out_channels * tiles.in_channels);
  const int64_t v_stride = element_stride(packed_size(tiles.in_channels, most, false));
  const int64_t m_stride = element_stride(packed_size(tiles.out_channels, most, false));
  const int64_t size = elements * (u_stride + v_stride + m_stride);
  const bool streamed = streams(tiles, size);
  float* u = block_space(size);
  float* v = u + elements * u_stride;
  float* m = v + elements * v_stride;
  for (int64_t first = 0; first < order.count(); first += most) {
    const TileOrder::Range block = {first, std::min(first + most, order.count())};
    const int64_t count = block.size();
    transform_input(tiles, block, x, {v, v_stride, count * width, streamed}, width);
    parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const float* pixel[kMostWinogradOutputs];
        order.output(first + i, dy, pixel)
            .output_gradient(pixel, tiles.out_channels, {m + i * width, m_stride, count * width, streamed});
      }
      if (streamed) hwy::FlushStream();
    });
    const PanelOutput output = first > 0  ? PanelOutput::add
                               : streamed ? PanelOutput::stream
                                          : PanelOutput::write;
    for_each_element(elements, ceil_div(tiles.out_channels, width),
                     [&](int64_t e, int64_t first_panel, int64_t last_panel) {
                       const int64_t first_row = first_panel * width,
                                     last_row = std::min(tiles.out_channels, last_panel * width);
                       const TileOrder::Range range = order.with(e, block);
                       const float* dy_panels = m + e * m_stride + first_row * count + range.first * width;
                       const float* x_panels = v + e * v_stride + range.first * width;
                       gemm_panels(last_row - first_row, tiles.in_channels, range.size(), count, dy_panels,
                                   x_panels, output, u + e * u_stride + first_row * tiles.in_channels);
                     });
  }
  parallel_for(0, tiles.out_channels, 4, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k) finish(k, u + k * tiles.in_channels, u_stride);
  });
}

}  // namespace

void choose_cpu_convolution(CpuConvolution choice) { chosen = choice; }
CpuConvolution cpu_convolution() { return chosen; }

bool winograd_applies(const Conv2dShape& s) {
  return s.kernel_height == 3 && s.kernel_width == 3 && s.stride == 1 && may_be_winograd(s);
}

bool winograd_applies(const ConvTranspose2dShape& s) {
  return s.kernel_height == 4 && s.kernel_width == 4 && s.stride == 2 && s.dilation == 1 &&
         may_be_winograd(s);
}

bool winograd_suits(const Conv2dShape& s) {
  return winograd_applies(s) && (chosen == CpuConvolution::winograd || pays(tiles_of(s)));
}

bool winograd_suits(const ConvTranspose2dShape& s) {
  return winograd_applies(s) && (chosen == CpuConvolution::winograd || pays(tiles_of(s, 0)));
}

void winograd_forward(const Conv2dShape& s, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  const KernelMatrices kernels = kernels_of(s);
  const float* transformed = transform_once(kernels, [&](float* packed) { pack_kernels(s, w, packed); });
  convolve(tiles_of(s), x, TransformedKernels{kernels, transformed}, epilogue, y);
}

void winograd_forward(const ConvTranspose2dShape& s, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  const KernelMatrices kernels = kernels_of(s);
  for (int64_t phase = 0; phase < kPhases; ++phase) {
    const float* transformed =
        transform_once(kernels, [&](float* packed) { pack_kernels(s, phase, w, packed); });
    convolve(tiles_of(s, phase), x, TransformedKernels{kernels, transformed}, epilogue, y);
  }
}

WinogradKernels::WinogradKernels(const KernelMatrices& kernels, bool lean, int64_t phases)
    : kernels_(kernels), lean_(lean), memory_(phases * size()) {}

WinogradKernels::WinogradKernels(const Conv2dShape& s, const float* w, bool lean)
    : WinogradKernels(kept(kernels_of(s), lean), lean, 1) {
  store(0, [&](float* packed) { pack_kernels(s, w, packed); });
}

WinogradKernels::WinogradKernels(const ConvTranspose2dShape& s, const float* w, bool lean)
    : WinogradKernels(kept(kernels_of(s), lean), lean || !kernels_of(s).digits, kPhases) {
  for (int64_t phase = 0; phase < kPhases; ++phase)
    store(phase, [&](float* packed) { pack_kernels(s, phase, w, packed); });
}

void WinogradKernels::store(int64_t phase, const Pack& pack) {
  float* memory = memory_.data() + phase * size();
  lean_ ? pack(memory) : pack_and_transform(kernels_, pack, memory);
}

int64_t WinogradKernels::size() const { return lean_ ? kernels_.packed_size() : kernels_.transformed_size(); }

void WinogradKernels::convolve(const WinogradTiles& tiles, int64_t phase, const float* x,
                               const Conv2dEpilogue<float>& epilogue, float* y) const {
  const float* memory = memory_.data() + phase * size();
  if (lean_)
    huegrad::convolve(tiles, x, PackedKernels{kernels_, memory}, epilogue, y);
  else
    huegrad::convolve(tiles, x, TransformedKernels{kernels_, memory}, epilogue, y);
}

void winograd_forward(const Conv2dShape& s, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  kernels.convolve(tiles_of(s), 0, x, epilogue, y);
}

void winograd_forward(const ConvTranspose2dShape& s, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  for (int64_t phase = 0; phase < kPhases; ++phase)
    kernels.convolve(tiles_of(s, phase), phase, x, epilogue, y);
}

void winograd_backward_data(const Conv2dShape& s, const float* w, const float* dy,
                            const Conv2dEpilogue<float>& epilogue, float* dx) {
  const Conv2dShape adjoint{.batch = s.batch,
                            .in_height = s.out_height(),
                            .in_width = s.out_width(),
                            .in_channels = s.out_channels,
                            .out_channels = s.in_channels,
                            .kernel_height = 3,
                            .kernel_width = 3,
                            .stride = 1,
                            .padding = 2 * s.dilation - s.padding,
                            .dilation = s.dilation};
  const KernelMatrices kernels = gradient_kernels_of(s);
  const float* transformed =
      transform_once(kernels, [&](float* packed) { pack_gradient_kernels(s, w, packed); });
  convolve(tiles_of(adjoint), dy, TransformedKernels{kernels, transformed}, epilogue, dx);
}

void winograd_backward_data(const ConvTranspose2dShape& s, const float* w, const float* dy, float* dx) {
  const KernelMatrices kernels = gradient_kernels_of(s);
  const float* transformed =
      transform_once(kernels, [&](float* packed) { pack_gradient_kernels(s, w, packed); });
  std::array<WinogradTiles, kPhases> phases;
  for (int64_t phase = 0; phase < kPhases; ++phase) phases[size_t(phase)] = gradient_tiles_of(s, phase);
  convolve(std::span<const WinogradTiles>(phases), dy, TransformedKernels{kernels, transformed}, {}, dx);
}

void winograd_backward_weight(const Conv2dShape& s, const float* x, const float* dy, float* dw) {
  weight_gradient(tiles_of(s), x, dy, [&](int64_t k, const float* du, int64_t stride) {
    winograd4x3().kernel_gradient(du, stride, s.in_channels, dw + k * 9 * s.in_channels);
  });
}

// The roles of x and dy are exchanged, so that a row holds the kernel's contiguous channels.
void winograd_backward_weight(const ConvTranspose2dShape& s, const float* x, const float* dy, float* dw) {
  for (int64_t phase = 0; phase < kPhases; ++phase) {
    const std::array<int64_t, 4> taps = phase_taps(s, phase);
    weight_gradient(gradient_tiles_of(s, phase), dy, x, [&](int64_t c, const float* du, int64_t stride) {
      thread_local Scratch scratch;
      float* kernel = scratch.floats(4 * s.out_channels);
      winograd4x2().kernel_gradient(du, stride, s.out_channels, kernel);
      for (size_t i = 0; i < taps.size(); ++i)  // read backwards, as the data gradient does
        std::copy_n(kernel + int64_t(3 - i) * s.out_channels, s.out_channels,
                    dw + (c * 16 + taps[i]) * s.out_channels);
    });
  }
}

}  // namespace huegrad
