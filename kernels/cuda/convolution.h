// The three passes of a convolution, whoever computes them. Transposed convolutions are the same passes with
// their roles exchanged (kernels/cuda/conv_transpose2d.cu), hence the epilogue of the data gradient.
#pragma once
#include <string>
#include <vector>

#include "kernels/conv2d.h"

namespace huegrad::cuda {

template <class Storage>
void convolution_forward(Cuda cuda, const Conv2dShape& shape, const Storage* x, const Storage* w,
                         const Conv2dEpilogue<float>& epilogue, Storage* y);
template <class Storage>
void convolution_backward_data(Cuda cuda, const Conv2dShape& shape, const Storage* w, const Storage* dy,
                               const Conv2dEpilogue<float>& epilogue, Storage* dx);
template <class Storage>
void convolution_backward_weight(Cuda cuda, const Conv2dShape& shape, const Storage* x, const Storage* dy,
                                 float* dw);

// The tiles that the hand-written kernels have on this card, by the number that CudaContext::convolution_tile
// asks for: "256x128", "128x256 by warpgroups". A pass with fewer of them counts on from the first.
struct TileNames {
  std::vector<std::string> forward, weight;  // forward: backward_data too
};
template <class Storage>
TileNames convolution_tiles(Cuda cuda);

}  // namespace huegrad::cuda
