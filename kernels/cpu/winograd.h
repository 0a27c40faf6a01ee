// 3x3 convolutions with stride 1 by Winograd's minimal filtering F(4x4, 3x3) (Lavin & Gray, "Fast algorithms
// for convolutional neural networks", 2016): 36 multiplications make 4x4 outputs that cost 144 directly.
// Dilation d is d*d interleaved images without dilation.
#pragma once
#include "kernels/conv2d.h"

namespace huegrad {

// Whether Winograd's algorithm applies and pays for this shape.
bool winograd_suits(const Conv2dShape& shape);

void winograd_forward(const Conv2dShape& shape, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y);
void winograd_backward_data(const Conv2dShape& shape, const float* w, const float* dy,
                            const Conv2dEpilogue<float>& epilogue, float* dx);
void winograd_backward_weight(const Conv2dShape& shape, const float* x, const float* dy, float* dw);

}  // namespace huegrad
