// Kernels as Winograd's algorithm multiplies with them: transformed, and packed as the right side of one
// product for each element.
#pragma once
#include "kernels/cpu/winograd_shapes.h"

namespace huegrad {

// Distance between neighbouring elements of `size` floats: off powers of two, which would all fall into the
// same cache sets.
int64_t element_stride(int64_t size);
// The same of packed matrices (in_channels, out_channels).
int64_t kernel_stride(int64_t in_channels, int64_t out_channels);

// Floats that the transformed kernels take.
int64_t kernels_size(const Conv2dShape& shape);
int64_t kernels_size(const ConvTranspose2dShape& shape);  // of one phase

// w (out_channels, 3, 3, in_channels)
void transform_kernels(const Conv2dShape& shape, const float* w, float* u);
// w (in_channels, 3, 3, out_channels), read backwards or not
void transform_kernels(int64_t in_channels, int64_t out_channels, bool flipped, const float* w, float* u);
// Of one phase; w (in_channels, 4, 4, out_channels)
void transform_kernels(const ConvTranspose2dShape& shape, int64_t phase, const float* w, float* u);
// For the data gradient: rows (phase, out_channel), read backwards
void transform_gradient_kernels(const ConvTranspose2dShape& shape, const float* w, float* u);

}  // namespace huegrad
