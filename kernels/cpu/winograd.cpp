#include "kernels/cpu/winograd.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <span>

#include "kernels/cpu/gemm_digits.h"
#include "kernels/cpu/scratch.h"
#include "kernels/cpu/winograd_blocks.h"
#include "kernels/cpu/winograd_convolve.h"

namespace huegrad {
namespace {

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
  const int64_t size = elements * (v_stride + m_stride);
  const bool streamed = streams(tiles, size + elements * u_stride);
  float* u = transformed_space(elements * u_stride);
  float* v = block_space(size);
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
                       gemm_panels(
                           last_row - first_row, tiles.in_channels, range.size(), count, dy_panels, x_panels,
                           digits_suit_gradient(tiles.out_channels, tiles.in_channels, range.size()), output,
                           u + e * u_stride + first_row * tiles.in_channels, tiles.in_channels);
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
  float* packed = packed_space(kernels);
  pack_kernels(s, w, packed);
  convolve(tiles_of(s), x, transform_once({kernels, packed}), epilogue, y);
}

void winograd_forward(const ConvTranspose2dShape& s, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  const KernelMatrices kernels = kernels_of(s);
  float* packed = packed_space(kernels);
  for (int64_t phase = 0; phase < kPhases; ++phase) {
    pack_kernels(s, phase, w, packed);
    convolve(tiles_of(s, phase), x, transform_once({kernels, packed}), epilogue, y);
  }
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
  float* packed = packed_space(kernels);
  pack_gradient_kernels(s, w, packed);
  convolve(tiles_of(adjoint), dy, transform_once({kernels, packed}), epilogue, dx);
}

void winograd_backward_data(const ConvTranspose2dShape& s, const float* w, const float* dy, float* dx) {
  const KernelMatrices kernels = gradient_kernels_of(s);
  float* packed = packed_space(kernels);
  pack_gradient_kernels(s, w, packed);
  std::array<WinogradTiles, kPhases> phases;
  for (int64_t phase = 0; phase < kPhases; ++phase) phases[size_t(phase)] = gradient_tiles_of(s, phase);
  convolve(std::span<const WinogradTiles>(phases), dy, transform_once({kernels, packed}), {}, dx);
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
