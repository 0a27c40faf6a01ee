#include "kernels/conv_transpose2d.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void conv_transpose2d_forward(Cuda, const ConvTranspose2dShape&, const Storage*, const Storage*,
                              const Conv2dEpilogue<float>&, Storage*) {
  unavailable("conv_transpose2d_forward");
}

template <class Storage>
void conv_transpose2d_backward_data(Cuda, const ConvTranspose2dShape&, const Storage*, const Storage*,
                                    Storage*) {
  unavailable("conv_transpose2d_backward_data");
}

template <class Storage>
void conv_transpose2d_backward_weight(Cuda, const ConvTranspose2dShape&, const Storage*, const Storage*,
                                      float*) {
  unavailable("conv_transpose2d_backward_weight");
}

template void conv_transpose2d_forward(Cuda, const ConvTranspose2dShape&, const float*, const float*,
                                       const Conv2dEpilogue<float>&, float*);
template void conv_transpose2d_forward(Cuda, const ConvTranspose2dShape&, const bfloat16*, const bfloat16*,
                                       const Conv2dEpilogue<float>&, bfloat16*);
template void conv_transpose2d_backward_data(Cuda, const ConvTranspose2dShape&, const float*, const float*,
                                             float*);
template void conv_transpose2d_backward_data(Cuda, const ConvTranspose2dShape&, const bfloat16*,
                                             const bfloat16*, bfloat16*);
template void conv_transpose2d_backward_weight(Cuda, const ConvTranspose2dShape&, const float*, const float*,
                                               float*);
template void conv_transpose2d_backward_weight(Cuda, const ConvTranspose2dShape&, const bfloat16*,
                                               const bfloat16*, float*);

template <class Storage>
const char* conv_transpose2d_algorithm(Cuda, const ConvTranspose2dShape&) {
  unavailable("conv_transpose2d_algorithm");
}

template const char* conv_transpose2d_algorithm<float>(Cuda, const ConvTranspose2dShape&);
template const char* conv_transpose2d_algorithm<bfloat16>(Cuda, const ConvTranspose2dShape&);

}  // namespace huegrad
