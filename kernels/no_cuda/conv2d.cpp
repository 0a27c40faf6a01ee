#include "kernels/conv2d.h"

#include "kernels/cuda/convolution.h"
#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void conv2d_forward(Cuda, const Conv2dShape&, const Storage*, const Storage*, const Conv2dEpilogue<float>&,
                    Storage*) {
  unavailable("conv2d_forward");
}

template <class Storage>
void conv2d_backward_data(Cuda, const Conv2dShape&, const Storage*, const Storage*, Storage*) {
  unavailable("conv2d_backward_data");
}

template <class Storage>
void conv2d_backward_weight(Cuda, const Conv2dShape&, const Storage*, const Storage*, float*) {
  unavailable("conv2d_backward_weight");
}

template void conv2d_forward(Cuda, const Conv2dShape&, const float*, const float*,
                             const Conv2dEpilogue<float>&, float*);
template void conv2d_forward(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*,
                             const Conv2dEpilogue<float>&, bfloat16*);
template void conv2d_backward_data(Cuda, const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_data(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*, bfloat16*);
template void conv2d_backward_weight(Cuda, const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_weight(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*, float*);

template <class Storage>
const char* conv2d_algorithm(Cuda, const Conv2dShape&) {
  unavailable("conv2d_algorithm");
}

template const char* conv2d_algorithm<float>(Cuda, const Conv2dShape&);
template const char* conv2d_algorithm<bfloat16>(Cuda, const Conv2dShape&);

template <class Storage>
cuda::TileNames cuda::convolution_tiles(Cuda) {
  unavailable("convolution_tiles");
}

template cuda::TileNames cuda::convolution_tiles<float>(Cuda);
template cuda::TileNames cuda::convolution_tiles<bfloat16>(Cuda);

}  // namespace huegrad
