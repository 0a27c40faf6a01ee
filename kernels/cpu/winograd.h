// Convolutions by Winograd's minimal filtering: 3x3 kernels with stride 1 by F(4x4, 3x3), where images end
// also by F(2, 3); transposed convolutions of kernel 4 and stride 2 as four phases by F(4x4, 2x2).
#pragma once
#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"

namespace huegrad {

// Whether the algorithm can compute this shape, and was not excluded (kernels/conv2d.h).
bool winograd_applies(const Conv2dShape& shape);
bool winograd_applies(const ConvTranspose2dShape& shape);
// Whether it pays as well, when kernels are transformed for one use.
bool winograd_suits(const Conv2dShape& shape);
bool winograd_suits(const ConvTranspose2dShape& shape);

void winograd_forward(const Conv2dShape& shape, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y);
void winograd_forward(const ConvTranspose2dShape& shape, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y);
void winograd_backward_data(const Conv2dShape& shape, const float* w, const float* dy,
                            const Conv2dEpilogue<float>& epilogue, float* dx);
void winograd_backward_data(const ConvTranspose2dShape& shape, const float* w, const float* dy, float* dx);
void winograd_backward_weight(const Conv2dShape& shape, const float* x, const float* dy, float* dw);
void winograd_backward_weight(const ConvTranspose2dShape& shape, const float* x, const float* dy, float* dw);

}  // namespace huegrad
