// Tiles are taken in blocks whose transforms stay in the last cache level; a block is transformed, multiplied
// (one matrix product per element of the 6x6 tile) and transformed back. Blocks and products depend on the
// shape only, so results do not depend on the number of threads.
#include "kernels/cpu/winograd.h"

#include <algorithm>

#include "kernels/cpu/gemm_rows.h"
#include "kernels/cpu/scratch.h"
#include "kernels/cpu/winograd_transforms.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

constexpr int64_t kElements = 36;
constexpr int64_t kBlockFloats = 8 << 20;  // transformed input and output of a block: 32 MiB
// Transforming and moving a kernel, 36 values for 9, costs about as much as multiplying this many tiles with
// it.
constexpr int64_t kKernelTiles = 128;

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// The 4x4 tiles of the output, image by image, phase by phase of the dilation.
struct Tiles {
  const Conv2dShape& shape;
  int64_t rows = ceil_div(ceil_div(shape.out_height(), shape.dilation), 4);
  int64_t columns = ceil_div(ceil_div(shape.out_width(), shape.dilation), 4);

  int64_t count() const { return shape.batch * shape.dilation * shape.dilation * rows * columns; }

  // Pixels `size` x `size` of an image (height, width, channels) from the tile's corner (less offset) on.
  template <class Real>
  void pixels(int64_t tile, int64_t size, int64_t offset, int64_t height, int64_t width, int64_t channels,
              Real* image, Real** pixel) const {
    const int64_t d = shape.dilation, row = tile / columns, phase = row / rows;
    const int64_t y0 = row % rows * 4 * d + phase / d % d - offset;
    const int64_t x0 = tile % columns * 4 * d + phase % d - offset;
    image += phase / (d * d) * height * width * channels;
    for (int64_t i = 0; i < size; ++i)
      for (int64_t j = 0; j < size; ++j) {
        const int64_t y = y0 + i * d, x = x0 + j * d;
        const bool inside = y >= 0 && y < height && x >= 0 && x < width;
        pixel[i * size + j] = inside ? image + (y * width + x) * channels : nullptr;
      }
  }
  template <class Real>
  void input(int64_t tile, Real* x, Real** pixel) const {
    pixels(tile, 6, shape.padding, shape.in_height, shape.in_width, shape.in_channels, x, pixel);
  }
  template <class Real>
  void output(int64_t tile, Real* y, Real** pixel) const {
    pixels(tile, 4, 0, shape.out_height(), shape.out_width(), shape.out_channels, y, pixel);
  }
};

int64_t block_tiles(const Conv2dShape& s, int64_t tiles) {
  const int64_t most = std::max<int64_t>(48, kBlockFloats / (kElements * (s.in_channels + s.out_channels)));
  return ceil_div(tiles, ceil_div(tiles, most));
}

// Distance between elements: off powers of two, which would all fall into the same cache sets.
int64_t element_stride(int64_t size) { return ceil_div(size, 16) * 16 + 16; }

void transform_input(const Tiles& tiles, int64_t first, int64_t count, const float* x, float* v,
                     int64_t stride) {
  parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
    for (int64_t tile = begin; tile < end; ++tile) {
      const float* pixel[36];
      tiles.input(first + tile, x, pixel);
      winograd_input(pixel, tiles.shape.in_channels, v + tile * tiles.shape.in_channels, stride);
    }
  });
}

// w (rows, 9, columns) to (columns, 9, rows), in squares of one cache line.
void exchange_channels(int64_t rows, int64_t columns, const float* w, float* exchanged) {
  constexpr int64_t kSide = 16;
  parallel_for(0, ceil_div(columns, kSide), 1, [&](int64_t begin, int64_t end) {
    for (int64_t c0 = begin * kSide; c0 < std::min(columns, end * kSide); c0 += kSide)
      for (int64_t r0 = 0; r0 < rows; r0 += kSide)
        for (int64_t tap = 0; tap < 9; ++tap)
          for (int64_t c = c0; c < std::min(columns, c0 + kSide); ++c)
            for (int64_t r = r0; r < std::min(rows, r0 + kSide); ++r)
              exchanged[(c * 9 + tap) * rows + r] = w[(r * 9 + tap) * columns + c];
  });
}

// Distance between the 36 packed matrices (in_channels, out_channels) of transformed kernels.
int64_t kernel_stride(int64_t in_channels, int64_t out_channels) {
  return element_stride(packed_size(out_channels, in_channels));
}

// Kernels w (in_channels, 3, 3, out_channels), flipped or not, transformed and packed.
void transform_kernels(int64_t in_channels, int64_t out_channels, bool flipped, const float* w, float* u) {
  const int64_t stride = kernel_stride(in_channels, out_channels), width = gemm_panel_width();
  parallel_for(0, in_channels, 4, [&](int64_t begin, int64_t end) {
    thread_local Scratch scratch;
    float* row = scratch.floats(kElements * out_channels);
    for (int64_t c = begin; c < end; ++c) {
      winograd_kernel(w + c * 9 * out_channels, flipped, out_channels, row, out_channels);
      for (int64_t e = 0; e < kElements; ++e)
        for (int64_t k = 0; k < out_channels; k += width) {
          float* to = u + e * stride + k * in_channels + c * width;
          const int64_t count = std::min(width, out_channels - k);
          std::fill_n(std::copy_n(row + e * out_channels + k, count, to), width - count, 0.0f);
        }
    }
  });
}

// Convolves with kernels that are transformed and packed.
void convolve_with(const Conv2dShape& s, const float* x, const float* u,
                   const Conv2dEpilogue<float>& epilogue, float* y) {
  thread_local Scratch scratch;
  const Tiles tiles{s};
  const int64_t block = block_tiles(s, tiles.count());
  const int64_t u_stride = kernel_stride(s.in_channels, s.out_channels);
  const int64_t v_stride = element_stride(block * s.in_channels);
  const int64_t m_stride = element_stride(block * s.out_channels);
  float* v = scratch.floats(kElements * (v_stride + m_stride));
  float* m = v + kElements * v_stride;
  for (int64_t first = 0; first < tiles.count(); first += block) {
    const int64_t count = std::min(block, tiles.count() - first);
    transform_input(tiles, first, count, x, v, v_stride);
    parallel_for(0, kElements, 1, [&](int64_t begin, int64_t end) {
      for (int64_t e = begin; e < end; ++e)
        gemm_rows(count, s.out_channels, MatrixRows(v + e * v_stride, s.in_channels, s.in_channels),
                  {u + e * u_stride, s.in_channels}, {}, MatrixOutput(m + e * m_stride, s.out_channels));
    });
    parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
      for (int64_t tile = begin; tile < end; ++tile) {
        float* pixel[16];
        tiles.output(first + tile, y, pixel);
        winograd_output(m + tile * s.out_channels, m_stride, s.out_channels, epilogue, pixel);
      }
    });
  }
}

// Convolves with kernels w (in_channels, 3, 3, out_channels), flipped or not.
void convolve(const Conv2dShape& s, bool flipped, const float* x, const float* w,
              const Conv2dEpilogue<float>& epilogue, float* y) {
  thread_local Scratch scratch;
  float* u = scratch.floats(kElements * kernel_stride(s.in_channels, s.out_channels));
  transform_kernels(s.in_channels, s.out_channels, flipped, w, u);
  convolve_with(s, x, u, epilogue, y);
}

}  // namespace

bool winograd_applies(const Conv2dShape& s) {
  return s.kernel_height == 3 && s.kernel_width == 3 && s.stride == 1 &&
         std::min(s.in_channels, s.out_channels) >= kWinogradChannels;
}

bool winograd_suits(const Conv2dShape& s) {
  if (!winograd_applies(s)) return false;
  const double tiles = double(Tiles{s}.count()), pixels = double(s.batch * s.out_height() * s.out_width());
  const double products = double(s.in_channels * s.out_channels);
  const double transforms = 16 * double(s.in_channels + s.out_channels);
  return kElements * ((tiles + kKernelTiles) * products + tiles * transforms) < 9 * pixels * products;
}

void winograd_forward(const Conv2dShape& s, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  thread_local Scratch scratch;
  float* exchanged = scratch.floats(s.weight_size());
  exchange_channels(s.out_channels, s.in_channels, w, exchanged);
  convolve(s, false, x, exchanged, epilogue, y);
}

WinogradKernels::WinogradKernels(const Conv2dShape& s, const float* w)
    : elements_(kElements * kernel_stride(s.in_channels, s.out_channels)) {
  Scratch scratch;
  float* exchanged = scratch.floats(s.weight_size());
  exchange_channels(s.out_channels, s.in_channels, w, exchanged);
  transform_kernels(s.in_channels, s.out_channels, false, exchanged, elements_.data());
}

void winograd_forward(const Conv2dShape& s, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  convolve_with(s, x, kernels.data(), epilogue, y);
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
  convolve(adjoint, true, dy, w, epilogue, dx);
}

void winograd_backward_weight(const Conv2dShape& s, const float* x, const float* dy, float* dw) {
  thread_local Scratch scratch;
  const Tiles tiles{s};
  const int64_t block = block_tiles(s, tiles.count());
  const int64_t u_stride = element_stride(s.out_channels * s.in_channels);
  const int64_t v_stride = element_stride(block * s.in_channels);
  const int64_t m_stride = element_stride(block * s.out_channels);
  float* u = scratch.floats(kElements * (u_stride + v_stride + m_stride));
  float* v = u + kElements * u_stride;
  float* m = v + kElements * v_stride;
  for (int64_t first = 0; first < tiles.count(); first += block) {
    const int64_t count = std::min(block, tiles.count() - first);
    transform_input(tiles, first, count, x, v, v_stride);
    parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
      for (int64_t tile = begin; tile < end; ++tile) {
        const float* pixel[16];
        tiles.output(first + tile, dy, pixel);
        winograd_output_gradient(pixel, s.out_channels, m + tile * s.out_channels, m_stride);
      }
    });
    parallel_for(0, kElements, 1, [&](int64_t begin, int64_t end) {
      for (int64_t e = begin; e < end; ++e)
        gemm(
            {.m = s.out_channels, .n = s.in_channels, .k_first = 0, .k_last = count, .accumulate = first > 0},
            MatrixOperand(m + e * m_stride, 1, s.out_channels),
            MatrixOperand(v + e * v_stride, 1, s.in_channels), {},
            MatrixOutput(u + e * u_stride, s.in_channels));
    });
  }
  parallel_for(0, s.out_channels, 4, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k)
      winograd_kernel_gradient(u + k * s.in_channels, u_stride, s.in_channels, dw + k * 9 * s.in_channels);
  });
}

}  // namespace huegrad
