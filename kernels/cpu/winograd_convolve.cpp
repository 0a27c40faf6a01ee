#include "kernels/cpu/winograd_convolve.h"

#include <hwy/cache_control.h>

#include <algorithm>

#include "kernels/cpu/cache.h"
#include "kernels/cpu/gemm_rows.h"
#include "kernels/cpu/scratch.h"
#include "kernels/cpu/winograd_blocks.h"

namespace huegrad {
namespace {

constexpr int64_t kOwnTiles = 64;  // of a block that a thread computes by itself

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

void multiply(const TransformedKernels& by, const Elements& elements) {
  const KernelMatrices& kernels = by.kernels;
  const int64_t width = gemm_panel_width();
  for_each_element(kernels.algorithm->elements(), ceil_div(kernels.out_channels, width),
                   [&](int64_t e, int64_t first_panel, int64_t last_panel) {
                     const int64_t first = first_panel * width,
                                   last = std::min(kernels.out_channels, last_panel * width);
                     const PackedPanels panels = kernels.panels(by.transformed + e * kernels.stride());
                     elements.multiply(e, kernels.panels(panels.panel(first_panel)), first, last - first);
                   });
}

void multiply(const PackedKernels& by, const Elements& elements) {
  const KernelMatrices& kernels = by.kernels;
  const int64_t width = gemm_panel_width();
  const int64_t stride = element_stride(panel_size(kernels.in_channels, kernels.digits));
  const int64_t inputs = kernels.algorithm->inputs();
  const int64_t panels = ceil_div(kernels.out_channels, width);
  parallel_for(0, panels * inputs, 1, [&](int64_t begin, int64_t end) {
    thread_local Scratch scratch;
    float* transformed = scratch.floats(inputs * stride);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t panel = i % panels, column = dealt(i / panels, inputs), first = panel * width;
      transform_kernel_column(by, panel, column, transformed, stride);
      for (int64_t row = 0; row < inputs; ++row)
        elements.multiply(row * inputs + column, kernels.panels(transformed + row * stride), first,
                          std::min(width, kernels.out_channels - first));
    }
  });
}

// A convolution, cut into blocks of tiles. Either all threads work on each block: kernels are read once, but
// what is transformed goes to memory and back, twice. Or each thread computes blocks of its own, which stay
// in its caches, and reads kernels for each, from the last cache if they fit. The latter are fewer bytes
// unless channels are many.
class BlockedConvolution {
 public:
  BlockedConvolution(std::span<const WinogradTiles> parts, const KernelMatrices& kernels,
                     const Conv2dEpilogue<float>& epilogue, float* y)
      : parts_(parts), order_(parts.front()), depth_(kernels.in_channels), epilogue_(epilogue), y_(y) {
    const int64_t count = order_.count(), threads = parallel_for_shares();
    own_ = !kernels.digits && count > kKernelTiles && count >= kOwnTiles * threads &&
           depth_ * tiles().out_channels <= 3 * kOwnTiles * (depth_ + tiles().out_channels);
    const int64_t most = own_ ? kOwnTiles : block_tiles(tiles(), count, depth_);
    blocks_ = ceil_div(count, most);
    if (own_) blocks_ = ceil_div(blocks_, threads) * threads;
    most_ = ceil_div(count, blocks_);
    // The last vector of a part may reach into what comes next (ElementLayout).
    row_ = ceil_div(depth_ + (tiles().in_channels % 16 ? 15 : 0), 16) * 16;
    input_stride_ = element_stride(most_ * row_);
    output_stride_ = element_stride(most_ * tiles().out_channels);
    streamed_ = !own_ && streams(tiles(), size());
  }

  template <class Kernels>
  void compute(const float* x, const Kernels& kernels) const {
    const auto compute_blocks = [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        compute_block({order_.count() * i / blocks_, order_.count() * (i + 1) / blocks_}, x, kernels);
    };
    own_ ? parallel_for(0, blocks_, 1, compute_blocks) : compute_blocks(0, blocks_);
  }

 private:
  const WinogradTiles& tiles() const { return parts_.front(); }
  int64_t elements() const { return tiles().algorithm->elements(); }
  int64_t size() const { return elements() * (input_stride_ + output_stride_); }

  template <class Kernels>
  void compute_block(const TileOrder::Range& block, const float* x, const Kernels& kernels) const {
    float* input = block_space(size());
    float* output = input + elements() * input_stride_;
    for (size_t part = 0; part < parts_.size(); ++part)
      transform_input(
          parts_[part], block, x,
          {input + int64_t(part) * tiles().in_channels, input_stride_, gemm_panel_width(), streamed_}, row_);
    multiply(kernels, {order_, block, row_, input, input_stride_, output, output_stride_,
                       tiles().out_channels, streamed_});
    transform_output(block, output);
  }

  void transform_output(const TileOrder::Range& block, const float* elements) const {
    const int64_t channels = tiles().out_channels;
    const bool around = begins_cache_line(y_) && (streamed_ || streams(tiles(), moved()));
    parallel_for(0, block.size(), 4, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        float* pixel[kMostWinogradOutputs];
        order_.output(block.first + i, y_, pixel)
            .output(elements + i * channels, output_stride_, channels, epilogue_, around, pixel);
      }
      if (around) hwy::FlushStream();
    });
  }

  // Floats of the images.
  int64_t moved() const {
    const WinogradTiles& t = tiles();
    return t.batch * (t.in_height * t.in_width * t.in_channels + t.out_height * t.out_width * t.out_channels);
  }

  std::span<const WinogradTiles> parts_;
  TileOrder order_;
  int64_t depth_;
  const Conv2dEpilogue<float>& epilogue_;
  float* y_;
  bool own_, streamed_;
  int64_t blocks_, most_;  // how many, and the tiles of the largest
  int64_t row_;            // floats from tile to tile
  int64_t input_stride_, output_stride_;
};

}  // namespace

void convolve(std::span<const WinogradTiles> parts, const float* x, const TransformedKernels& kernels,
              const Conv2dEpilogue<float>& epilogue, float* y) {
  BlockedConvolution(parts, kernels.kernels, epilogue, y).compute(x, kernels);
}

void convolve(std::span<const WinogradTiles> parts, const float* x, const PackedKernels& kernels,
              const Conv2dEpilogue<float>& epilogue, float* y) {
  BlockedConvolution(parts, kernels.kernels, epilogue, y).compute(x, kernels);
}

}  // namespace huegrad
