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
#include "kernels/parallel.h"

namespace huegrad {
namespace {

constexpr int64_t kBlockFloats = 8 << 20;  // transformed input and output of a block: 32 MiB
// Transforming and moving a kernel costs about as much as multiplying this many tiles with it.
constexpr int64_t kKernelTiles = 128;
constexpr int64_t kPhases = 4;  // of a transposed convolution of stride 2

std::atomic<CpuConvolution> chosen = CpuConvolution::automatic;

template <class Shape>
bool may_be_winograd(const Shape& s) {
  return chosen != CpuConvolution::direct && std::min(s.in_channels, s.out_channels) >= kWinogradChannels;
}

WinogradTiles tiles_of(const Conv2dShape& s) {
  return {.algorithm = &kWinograd4x3,
          .batch = s.batch,
          .in_height = s.in_height,
          .in_width = s.in_width,
          .in_channels = s.in_channels,
          .out_channels = s.out_channels,
          .padding_y = s.padding,
          .padding_x = s.padding,
          .dilation = s.dilation,
          .grid_height = s.out_height(),
          .grid_width = s.out_width(),
          .out_height = s.out_height(),
          .out_width = s.out_width()};
}

// Along one axis of a phase: outputs 2 i + first get kernel element `tap` of input i - padding and element
// tap - 2 of the input after it.
struct PhaseAxis {
  int64_t first, tap, padding;
};

PhaseAxis phase_axis(const ConvTranspose2dShape& s, int64_t first) {
  const int64_t low = (first + s.padding) % 2;
  return {first, low + 2, 1 - (first + s.padding - low) / 2};
}

WinogradTiles tiles_of(const ConvTranspose2dShape& s, int64_t phase) {
  const PhaseAxis y = phase_axis(s, phase / 2), x = phase_axis(s, phase % 2);
  return {.algorithm = &kWinograd2x2,
          .batch = s.batch,
          .in_height = s.in_height,
          .in_width = s.in_width,
          .in_channels = s.in_channels,
          .out_channels = s.out_channels,
          .padding_y = y.padding,
          .padding_x = x.padding,
          .dilation = 1,
          .grid_height = (s.out_height() - y.first + 1) / 2,
          .grid_width = (s.out_width() - x.first + 1) / 2,
          .out_height = s.out_height(),
          .out_width = s.out_width(),
          .out_step = 2,
          .first_y = y.first,
          .first_x = x.first};
}

// Of the data gradient, which reads a phase of dy: input i gets the sum of elements tap - 2 and tap of
// outputs 2 (i + padding - 1) + first and the one after it.
WinogradTiles gradient_tiles_of(const ConvTranspose2dShape& s, int64_t phase) {
  const PhaseAxis y = phase_axis(s, phase / 2), x = phase_axis(s, phase % 2);
  return {.algorithm = &kWinograd2x2,
          .batch = s.batch,
          .in_height = s.out_height(),
          .in_width = s.out_width(),
          .in_channels = s.out_channels,
          .out_channels = s.in_channels,
          .padding_y = 1 - y.padding,
          .padding_x = 1 - x.padding,
          .dilation = 1,
          .grid_height = s.in_height,
          .grid_width = s.in_width,
          .out_height = s.in_height,
          .out_width = s.in_width,
          .in_step = 2,
          .in_first_y = y.first,
          .in_first_x = x.first};
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

// Distance between elements: off powers of two, which would all fall into the same cache sets.
int64_t element_stride(int64_t size) { return ceil_div(size, 16) * 16 + 16; }

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

// w (rows, taps, columns) to (columns, taps, rows), in squares of one cache line.
void exchange_channels(int64_t rows, int64_t taps, int64_t columns, const float* w, float* exchanged) {
  constexpr int64_t kSide = 16;
  parallel_for(0, ceil_div(columns, kSide), 1, [&](int64_t begin, int64_t end) {
    for (int64_t c0 = begin * kSide; c0 < std::min(columns, end * kSide); c0 += kSide)
      for (int64_t r0 = 0; r0 < rows; r0 += kSide)
        for (int64_t tap = 0; tap < taps; ++tap)
          for (int64_t c = c0; c < std::min(columns, c0 + kSide); ++c)
            for (int64_t r = r0; r < std::min(rows, r0 + kSide); ++r)
              exchanged[(c * taps + tap) * rows + r] = w[(r * taps + tap) * columns + c];
  });
}

// Distance between the packed matrices (in_channels, out_channels) of transformed kernels, one an element.
int64_t kernel_stride(int64_t in_channels, int64_t out_channels) {
  return element_stride(packed_size(out_channels, in_channels));
}

// Kernels transformed and packed; kernel_of(c, space) is where those of input channel c, (r, r,
// out_channels), lie: in memory or copied into the space.
template <class KernelOf>
void transform_kernels(const WinogradAlgorithm& algorithm, int64_t in_channels, int64_t out_channels,
                       bool flipped, const KernelOf& kernel_of, float* u) {
  const int64_t stride = kernel_stride(in_channels, out_channels), width = gemm_panel_width();
  const int64_t elements = algorithm.elements(), taps = algorithm.kernel * algorithm.kernel;
  parallel_for(0, in_channels, 4, [&](int64_t begin, int64_t end) {
    thread_local Scratch scratch;
    float* row = scratch.floats((elements + taps) * out_channels);
    float* space = row + elements * out_channels;
    for (int64_t c = begin; c < end; ++c) {
      algorithm.transform_kernel(kernel_of(c, space), flipped, out_channels, row, out_channels);
      for (int64_t e = 0; e < elements; ++e)
        for (int64_t k = 0; k < out_channels; k += width) {
          float* to = u + e * stride + k * in_channels + c * width;
          const int64_t count = std::min(width, out_channels - k);
          std::fill_n(std::copy_n(row + e * out_channels + k, count, to), width - count, 0.0f);
        }
    }
  });
}

// w (in_channels, 3, 3, out_channels)
void transform_kernels(int64_t in_channels, int64_t out_channels, bool flipped, const float* w, float* u) {
  const auto kernel_of = [&](int64_t c, float*) { return w + c * 9 * out_channels; };
  transform_kernels(kWinograd4x3, in_channels, out_channels, flipped, kernel_of, u);
}

// w (out_channels, 3, 3, in_channels)
void transform_kernels(const Conv2dShape& s, const float* w, float* u) {
  thread_local Scratch scratch;
  float* exchanged = scratch.floats(s.weight_size());
  exchange_channels(s.out_channels, 9, s.in_channels, w, exchanged);
  transform_kernels(s.in_channels, s.out_channels, false, exchanged, u);
}

// The elements of a 4x4 kernel that a phase has, in the order of its 2x2 kernel.
std::array<int64_t, 4> phase_taps(const ConvTranspose2dShape& s, int64_t phase) {
  const int64_t row = phase_axis(s, phase / 2).tap, column = phase_axis(s, phase % 2).tap;
  return {row * 4 + column, row * 4 + column - 2, (row - 2) * 4 + column, (row - 2) * 4 + column - 2};
}

// w (4, 4, channels), its elements `taps` copied into the space.
const float* gather_taps(const std::array<int64_t, 4>& taps, const float* w, int64_t channels, float* space) {
  for (size_t i = 0; i < taps.size(); ++i)
    std::copy_n(w + taps[i] * channels, channels, space + int64_t(i) * channels);
  return space;
}

// Of one phase; w (in_channels, 4, 4, out_channels)
void transform_kernels(const ConvTranspose2dShape& s, int64_t phase, const float* w, float* u) {
  const std::array<int64_t, 4> taps = phase_taps(s, phase);
  const auto kernel_of = [&](int64_t c, float* space) {
    return gather_taps(taps, w + c * 16 * s.out_channels, s.out_channels, space);
  };
  transform_kernels(kWinograd2x2, s.in_channels, s.out_channels, false, kernel_of, u);
}

// For the data gradient: rows (phase, out_channel), read backwards.
void transform_gradient_kernels(const ConvTranspose2dShape& s, const float* w, float* u) {
  thread_local Scratch scratch;
  float* exchanged = scratch.floats(s.weight_size());
  exchange_channels(s.in_channels, 16, s.out_channels, w, exchanged);
  const auto kernel_of = [&](int64_t row, float* space) {
    const float* kernel = exchanged + row % s.out_channels * 16 * s.in_channels;
    return gather_taps(phase_taps(s, row / s.out_channels), kernel, s.in_channels, space);
  };
  transform_kernels(kWinograd2x2, kPhases * s.out_channels, s.in_channels, true, kernel_of, u);
}

int64_t kernels_size(const Conv2dShape& s) {
  return kWinograd4x3.elements() * kernel_stride(s.in_channels, s.out_channels);
}

int64_t kernels_size(const ConvTranspose2dShape& s) {  // of one phase
  return kWinograd2x2.elements() * kernel_stride(s.in_channels, s.out_channels);
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
