// What conv_transpose2d and prepared weights borrow from conv2d.
#pragma once
#include <functional>

#include "kernels/conv2d.h"
#include "kernels/cpu/patches.h"

namespace huegrad {

// The forward pass as one product, and the weights (taps, in_channels) x out_channels that it takes.
Patches forward_patches(const Conv2dShape& shape);
TapWeightsOperand forward_weights(const Conv2dShape& shape, const Patches& patches, const float* w);
void product_forward(const Conv2dShape& shape, const Patches& patches, const float* x,
                     const PackedPanels& weights, const Conv2dEpilogue<float>& epilogue, float* y);

// The data gradient, which is conv_transpose2d's forward pass.
void conv2d_scatter(const Conv2dShape& shape, const float* w, const float* dy,
                    const Conv2dEpilogue<float>& epilogue, float* dx);

// It is a product for each phase of the image's pixel grid, stride * stride of them; phases that the image is
// too small for have no pixels.
struct Phase {
  int64_t first_y, first_x;
};
Phase phase_of(const Conv2dShape& shape, int64_t index);
Patches phase_patches(const Conv2dShape& shape, const Phase& phase);
TapWeightsOperand phase_weights(const Conv2dShape& shape, const Patches& patches, const float* w);
void product_phase(const Conv2dShape& shape, const Phase& phase, const Patches& patches, const float* dy,
                   const PackedPanels& weights, const Conv2dEpilogue<float>& epilogue, float* dx);

}  // namespace huegrad
