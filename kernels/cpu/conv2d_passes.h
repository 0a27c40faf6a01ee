// What conv_transpose2d borrows from conv2d: its forward pass is conv2d's data gradient with an epilogue.
#pragma once
#include "kernels/conv2d.h"

namespace huegrad {

void conv2d_scatter(const Conv2dShape& shape, const float* w, const float* dy,
                    const Conv2dEpilogue<float>& epilogue, float* dx);

}  // namespace huegrad
