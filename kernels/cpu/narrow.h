// Convolutions of 3x3 kernels over images of one channel, the network's first: a product of depth 9 would
// spend its time on gathering nine pixels for every position. Here vectors run over output channels and each
// pixel is read where it lies.
#pragma once
#include "kernels/conv2d.h"

namespace huegrad {

bool narrow_suits(const Conv2dShape& shape);
void narrow_forward(const Conv2dShape& shape, const float* x, const float* w,
                    const Conv2dEpilogue<float>& epilogue, float* y);
void narrow_backward_weight(const Conv2dShape& shape, const float* x, const float* dy, float* dw);

}  // namespace huegrad
