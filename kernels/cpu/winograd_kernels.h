// Kernels as Winograd's algorithm multiplies with them, in two steps: packed, then transformed.
//
// Packed: for every panel of output channels (gemm_panel_width() of them) the r * r elements of its kernels,
// each a matrix (in_channels, panel width). Transformed: the right side of one product for each element, in
// panels too, of floats or of digits.
#pragma once
#include "kernels/cpu/packed_panels.h"
#include "kernels/cpu/winograd_shapes.h"

namespace huegrad {

// Distance between neighbouring elements of `size` floats: off powers of two, which would all fall into the
// same cache sets.
int64_t element_stride(int64_t size);

// What a convolution multiplies with: the r * r elements of a kernel between so many channels.
struct KernelMatrices {
  const WinogradAlgorithm* algorithm;
  int64_t in_channels, out_channels;
  bool digits;  // how they are multiplied (gemm_digits.h)

  KernelMatrices(const WinogradAlgorithm& by, int64_t in, int64_t out);  // as suits them
  int64_t packed_size() const;                                           // floats
  int64_t transformed_size() const;                                      // floats
  int64_t stride() const;  // between neighbouring transformed elements
  // An element that was transformed into panels.
  PackedPanels panels(const float* element) const { return {element, in_channels, digits}; }
};

KernelMatrices kernels_of(const Conv2dShape& shape);
KernelMatrices kernels_of(const ConvTranspose2dShape& shape);  // of one phase
// Of the data gradient, which reads kernels backwards. Of a transposed convolution it sums over the phases:
// all of their channels are input channels.
KernelMatrices gradient_kernels_of(const Conv2dShape& shape);
KernelMatrices gradient_kernels_of(const ConvTranspose2dShape& shape);

// w as the convolution's kernels/conv2d.h or kernels/conv_transpose2d.h has it.
void pack_kernels(const Conv2dShape& shape, const float* w, float* packed);
void pack_kernels(const ConvTranspose2dShape& shape, int64_t phase, const float* w, float* packed);
void pack_gradient_kernels(const Conv2dShape& shape, const float* w, float* packed);
void pack_gradient_kernels(const ConvTranspose2dShape& shape, const float* w, float* packed);

// Memory for kernels that are used once, packed and transformed, the latter also for their gradient: each is
// valid until it is asked for again by the same thread.
float* packed_space(const KernelMatrices& kernels);
float* transformed_space(int64_t size);

struct PackedKernels {
  KernelMatrices kernels;
  const float* packed;
};
struct TransformedKernels {
  KernelMatrices kernels;
  const float* transformed;
};
void transform_kernels(const PackedKernels& kernels, float* transformed);
// Into transformed_space.
TransformedKernels transform_once(const PackedKernels& kernels);
// One column of elements of one panel: element (i, column) at transformed + i * stride.
void transform_kernel_column(const PackedKernels& kernels, int64_t panel, int64_t column, float* transformed,
                             int64_t stride);

}  // namespace huegrad
