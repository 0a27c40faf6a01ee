// Tiles are taken in blocks whose transforms stay in the last cache level; a block is transformed, multiplied
// (one matrix product per element of a tile) and transformed back. Blocks and products depend on the shape
// only, so results do not depend on the number of threads.
#include "kernels/cpu/winograd.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <span>

#include "kernels/cpu/gemm_rows.h"
#include "kernels/cpu/scratch.h"
#include "kernels/cpu/winograd_kernels.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

constexpr int64_t kBlockFloats = 8 << 20;  // transformed input and output of a block: 32 MiB
// Transforming and moving a kernel costs about as much as multiplying this many tiles with it.
constexpr int64_t kKernelTiles = 128;

std::atomic<CpuConvolution> chosen = CpuConvolution::automatic;

template <class Shape>
bool may_be_winograd(const Shape& s) {
  return chosen != CpuConvolution::direct && std::min(s.in_channels, s.out_channels) >= kWinogradChannels;
}

bool pays(const WinogradTiles& t) {
  const double tiles = double(t.count()), products = double(t.in_channels * t.out_channels);
  const double transforms = 16 * double(t.in_channels + t.out_channels);
  const auto kernel = double(t.algorithm->kernel * t.algorithm->kernel);
  return double(t.algorithm->elements()) * ((tiles + kKernelTiles) * products + tiles * transforms) <
         kernel * double(t.positions()) * products;
}

int64_t block_tiles(const WinogradTiles& t, int64_t depth) {
  const int64_t floats = t.algorithm->elements() * (depth + t.out_channels);
  const int64_t most = std::max<int64_t>(48, kBlockFloats / floats);
  return ceil_div(t.count(), ceil_div(t.count(), most));
}

// Row `tile` of element e begins at v + e * stride + tile * row_size.
void transform_input(const WinogradTiles& tiles, int64_t first, int64_t count, const float* x, float* v,
                     int64_t stride, int64_t row_size) {
  parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
    for (int64_t tile = begin; tile < end; ++tile) {
      const float* pixel[kMostWinogradElements];
      tiles.input(first + tile, x, pixel);
      tiles.algorithm->input(pixel, tiles.in_channels, v + tile * row_size, stride);
    }
  });
}

// The sum of convolutions that differ in what they read: u holds their kernels one below the other.
void convolve(std::span<const WinogradTiles> parts, const float* x, const float* u,
              const Conv2dEpilogue<float>& epilogue, float* y) {
  thread_local Scratch scratch;
  const WinogradTiles& tiles = parts.front();
  const WinogradAlgorithm& algorithm = *tiles.algorithm;
  const int64_t depth = int64_t(parts.size()) * tiles.in_channels, block = block_tiles(tiles, depth);
  const int64_t u_stride = kernel_stride(depth, tiles.out_channels);
  const int64_t v_stride = element_stride(block * depth);
  const int64_t m_stride = element_stride(block * tiles.out_channels);
  float* v = scratch.floats(algorithm.elements() * (v_stride + m_stride));
  float* m = v + algorithm.elements() * v_stride;
  for (int64_t first = 0; first < tiles.count(); first += block) {
    const int64_t count = std::min(block, tiles.count() - first);
    for (size_t part = 0; part < parts.size(); ++part)
      transform_input(parts[part], first, count, x, v + int64_t(part) * tiles.in_channels, v_stride, depth);
    parallel_for(0, algorithm.elements(), 1, [&](int64_t begin, int64_t end) {
      for (int64_t e = begin; e < end; ++e)
        gemm_rows(count, tiles.out_channels, MatrixRows(v + e * v_stride, depth, depth),
                  {u + e * u_stride, depth}, {}, MatrixOutput(m + e * m_stride, tiles.out_channels));
    });
    parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
      for (int64_t tile = begin; tile < end; ++tile) {
        float* pixel[kMostWinogradOutputs];
        tiles.output(first + tile, y, pixel);
        algorithm.output(m + tile * tiles.out_channels, m_stride, tiles.out_channels, epilogue, pixel);
      }
    });
  }
}

void convolve(const WinogradTiles& tiles, const float* x, const float* u,
              const Conv2dEpilogue<float>& epilogue, float* y) {
  convolve(std::span(&tiles, 1), x, u, epilogue, y);
}

// finish(row, du, stride): du (elements) x (columns), `stride` apart, is the gradient of the transformed
// kernels of output channel `row`.
template <class Finish>
void weight_gradient(const WinogradTiles& tiles, const float* x, const float* dy, const Finish& finish) {
  thread_local Scratch scratch;
  const WinogradAlgorithm& algorithm = *tiles.algorithm;
  const int64_t elements = algorithm.elements(), block = block_tiles(tiles, tiles.in_channels);
  const int64_t u_stride = element_stride(tiles.out_channels * tiles.in_channels);
  const int64_t v_stride = element_stride(block * tiles.in_channels);
  const int64_t m_stride = element_stride(block * tiles.out_channels);
  float* u = scratch.floats(elements * (u_stride + v_stride + m_stride));
  float* v = u + elements * u_stride;
  float* m = v + elements * v_stride;
  for (int64_t first = 0; first < tiles.count(); first += block) {
    const int64_t count = std::min(block, tiles.count() - first);
    transform_input(tiles, first, count, x, v, v_stride, tiles.in_channels);
    parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
      for (int64_t tile = begin; tile < end; ++tile) {
        const float* pixel[kMostWinogradOutputs];
        tiles.output(first + tile, dy, pixel);
        algorithm.output_gradient(pixel, tiles.out_channels, m + tile * tiles.out_channels, m_stride);
      }
    });
    parallel_for(0, elements, 1, [&](int64_t begin, int64_t end) {
      for (int64_t e = begin; e < end; ++e)
        gemm({.m = tiles.out_channels,
              .n = tiles.in_channels,
              .k_first = 0,
              .k_last = count,
              .accumulate = first > 0},
             MatrixOperand(m + e * m_stride, 1, tiles.out_channels),
             MatrixOperand(v + e * v_stride, 1, tiles.in_channels), {},
             MatrixOutput(u + e * u_stride, tiles.in_channels));
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
  thread_local Scratch scratch;
  float* u = scratch.floats(kernels_size(s));
  transform_kernels(s, w, u);
  convolve(tiles_of(s), x, u, epilogue, y);
}

void winograd_forward(const ConvTranspose2dShape& s, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  thread_local Scratch scratch;
  float* u = scratch.floats(kernels_size(s));
  for (int64_t phase = 0; phase < kPhases; ++phase) {
    transform_kernels(s, phase, w, u);
    convolve(tiles_of(s, phase), x, u, epilogue, y);
  }
}

WinogradKernels::WinogradKernels(const Conv2dShape& s, const float* w) : elements_(kernels_size(s)) {
  transform_kernels(s, w, elements_.data());
}

WinogradKernels::WinogradKernels(const ConvTranspose2dShape& s, const float* w)
    : elements_(kPhases * kernels_size(s)) {
  for (int64_t phase = 0; phase < kPhases; ++phase)
    transform_kernels(s, phase, w, elements_.data() + phase * kernels_size(s));
}

void winograd_forward(const Conv2dShape& s, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  convolve(tiles_of(s), x, kernels.data(), epilogue, y);
}

void winograd_forward(const ConvTranspose2dShape& s, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  for (int64_t phase = 0; phase < kPhases; ++phase)
    convolve(tiles_of(s, phase), x, kernels.data() + phase * kernels_size(s), epilogue, y);
}

void winograd_backward_data(const Conv2dShape& s, const float* w, const float* dy,
                            const Conv2dEpilogue<float>& epilogue, float* dx) {
  thread_local Scratch scratch;
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
  float* u = scratch.floats(kernels_size(adjoint));
  transform_kernels(adjoint.in_channels, adjoint.out_channels, true, w, u);
  convolve(tiles_of(adjoint), dy, u, epilogue, dx);
}

void winograd_backward_data(const ConvTranspose2dShape& s, const float* w, const float* dy, float* dx) {
  thread_local Scratch scratch;
  float* u = scratch.floats(kWinograd2x2.elements() * kernel_stride(kPhases * s.out_channels, s.in_channels));
  transform_gradient_kernels(s, w, u);
  std::array<WinogradTiles, kPhases> phases;
  for (int64_t phase = 0; phase < kPhases; ++phase) phases[size_t(phase)] = gradient_tiles_of(s, phase);
  convolve(phases, dy, u, {}, dx);
}

void winograd_backward_weight(const Conv2dShape& s, const float* x, const float* dy, float* dw) {
  weight_gradient(tiles_of(s), x, dy, [&](int64_t k, const float* du, int64_t stride) {
    kWinograd4x3.kernel_gradient(du, stride, s.in_channels, dw + k * 9 * s.in_channels);
  });
}

// The roles of x and dy are exchanged, so that a row holds the kernel's contiguous channels.
void winograd_backward_weight(const ConvTranspose2dShape& s, const float* x, const float* dy, float* dw) {
  for (int64_t phase = 0; phase < kPhases; ++phase) {
    const std::array<int64_t, 4> taps = phase_taps(s, phase);
    weight_gradient(gradient_tiles_of(s, phase), dy, x, [&](int64_t c, const float* du, int64_t stride) {
      thread_local Scratch scratch;
      float* kernel = scratch.floats(4 * s.out_channels);
      kWinograd2x2.kernel_gradient(du, stride, s.out_channels, kernel);
      for (size_t i = 0; i < taps.size(); ++i)  // read backwards, as the data gradient does
        std::copy_n(kernel + int64_t(3 - i) * s.out_channels, s.out_channels,
                    dw + (c * 16 + taps[i]) * s.out_channels);
    });
  }
}

}  // namespace huegrad
