// Pictures that show how far a training run has come.
#pragma once
#include "core/tensor.h"
#include "data/image.h"

namespace huegrad {

// One row per picture: what the network saw (grey), its colours, the true colours; tiles of H x W pixels.
// lightness (N, H, W, 1): L - 50; predicted, truth (N, h, w, 2): ab on the output grid, enlarged bilinearly.
Image sample_grid(const Tensor& lightness, const Tensor& predicted, const Tensor& truth);

}  // namespace huegrad
