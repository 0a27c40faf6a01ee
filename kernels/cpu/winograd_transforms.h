// The linear maps of Winograd's minimal filtering F(m x m, r x r) (Lavin & Gray, "Fast algorithms for
// convolutional neural networks", 2016), each on all channels at once. "Elements" are the (m + r - 1)^2
// values of a transformed tile. Channels must fill a vector (kWinogradChannels). Null pixels are outside the
// image: read as zero, not written.
#pragma once
#include <cstdint>

#include "kernels/conv2d.h"

namespace huegrad {

inline constexpr int64_t kWinogradChannels = 16;

// Where the elements of a tile go: element e of channel c to memory[e * stride + c], or in panels of
// gemm_panel_width() channels, panel p of element e at memory[e * stride + p * panel]. Whole vectors are
// written: up to 15 floats behind the last channel may change.
//
// streamed: around the caches where a vector fills a cache line, because the elements would not stay in the
// caches until they are read. Memory, stride and panel are multiples of a cache line then.
struct ElementLayout {
  float* memory;
  int64_t stride, panel;
  bool streamed;
};

// The maps of tiles of one size. Pixels are row by row; a tile that is smaller along an axis has the first of
// the algorithm's elements along it, in their places.
struct TileMaps {
  // Input tile: B^T d B
  void (*input)(const float* const* pixels, int64_t channels, const ElementLayout& elements);
  // Output tile: A^T m A, then the epilogue; streamed: as in ElementLayout, pixels begin cache lines
  void (*output)(const float* elements, int64_t stride, int64_t channels,
                 const Conv2dEpilogue<float>& epilogue, bool streamed, float* const* pixels);
  // For the weight gradient: that of the output tile, A dy A^T
  void (*output_gradient)(const float* const* pixels, int64_t channels, const ElementLayout& elements);
};

struct WinogradAlgorithm {
  int64_t outputs, kernel;  // m, r
  // Outputs of a smaller tile F(rest, r), for where images end: its points are among those of F(m, r), so
  // the same transformed kernels serve both. m where there is none.
  int64_t rest;

  TileMaps maps[2][2];  // [rows are rest][columns are rest]
  // G g G^T of kernels (r, r, size), size whole vectors: one column of elements, (i, column) at elements + i
  // * stride
  void (*transform_kernels)(const float* w, int64_t size, int64_t column, float* elements, int64_t stride);
  // For the weight gradient: that of the kernel (r, r, channels), G^T u G
  void (*kernel_gradient)(const float* elements, int64_t stride, int64_t channels, float* kernel);

  int64_t inputs() const { return outputs + kernel - 1; }
  int64_t elements() const { return inputs() * inputs(); }
  int64_t taps() const { return kernel * kernel; }
};

inline constexpr int64_t kMostWinogradElements = 36, kMostWinogradOutputs = 16;

// 36 multiplications instead of 144; at the rest of an axis, F(2, 3).
const WinogradAlgorithm& winograd4x3();
// 25 multiplications instead of 64, for a phase of a transposed convolution of kernel 4 and stride 2.
const WinogradAlgorithm& winograd4x2();

}  // namespace huegrad
