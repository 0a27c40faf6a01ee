// The linear maps of Winograd's minimal filtering F(m x m, r x r) (Lavin & Gray, "Fast algorithms for
// convolutional neural networks", 2016), each on all channels at once. "Elements" are the (m + r - 1)^2
// values of a transformed tile; element e of channel c lies at elements[e * stride + c]. Channels must fill a
// vector (kWinogradChannels). Null pixels are outside the image: read as zero, not written.
#pragma once
#include <cstdint>

#include "kernels/conv2d.h"

namespace huegrad {

inline constexpr int64_t kWinogradChannels = 16;

struct WinogradAlgorithm {
  int64_t outputs, kernel;  // m, r

  // Input tile: B^T d B
  void (*input)(const float* const* pixels, int64_t channels, float* elements, int64_t stride);
  // Output tile: A^T m A, then the epilogue
  void (*output)(const float* elements, int64_t stride, int64_t channels,
                 const Conv2dEpilogue<float>& epilogue, float* const* pixels);
  // Kernel (r, r, channels), read backwards if flipped: G g G^T
  void (*transform_kernel)(const float* w, bool flipped, int64_t channels, float* elements, int64_t stride);
  // For the weight gradient: that of the output tile, A dy A^T ...
  void (*output_gradient)(const float* const* pixels, int64_t channels, float* elements, int64_t stride);
  // ... and that of the kernel (r, r, channels), G^T u G
  void (*kernel_gradient)(const float* elements, int64_t stride, int64_t channels, float* kernel);

  int64_t inputs() const { return outputs + kernel - 1; }
  int64_t elements() const { return inputs() * inputs(); }
};

inline constexpr int64_t kMostWinogradElements = 36, kMostWinogradOutputs = 16;

// 36 multiplications instead of 144.
extern const WinogradAlgorithm kWinograd4x3;
// 9 multiplications instead of 16, for a phase of a transposed convolution of kernel 4 and stride 2.
extern const WinogradAlgorithm kWinograd2x2;

}  // namespace huegrad
