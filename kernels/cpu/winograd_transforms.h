// The five linear maps of Winograd's F(4x4, 3x3), each on all channels at once. "Elements" are the 36 values
// of a transformed tile; element e of channel c lies at elements[e * stride + c]. Channels must fill a vector
// (kWinogradChannels). Null pixels are outside the image: read as zero, not written.
#pragma once
#include <cstdint>

#include "kernels/conv2d.h"

namespace huegrad {

inline constexpr int64_t kWinogradChannels = 16;

// Input tile (6x6 pixels): B^T d B
void winograd_input(const float* const* pixels, int64_t channels, float* elements, int64_t stride);
// Output tile (4x4 pixels): A^T m A, then the epilogue
void winograd_output(const float* elements, int64_t stride, int64_t channels,
                     const Conv2dEpilogue<float>& epilogue, float* const* pixels);
// Gradient of the output tile (4x4 pixels): A dy A^T
void winograd_output_gradient(const float* const* pixels, int64_t channels, float* elements, int64_t stride);
// Kernel (3x3, channels), read backwards if flipped: G g G^T
void winograd_kernel(const float* kernel, bool flipped, int64_t channels, float* elements, int64_t stride);
// Gradient of the kernel: G^T u G
void winograd_kernel_gradient(const float* elements, int64_t stride, int64_t channels, float* kernel);

}  // namespace huegrad
