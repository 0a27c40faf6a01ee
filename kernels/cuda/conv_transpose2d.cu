// A transposed convolution is a convolution read backwards: its output is the convolution's image, its
// forward pass the convolution's data gradient.
#include "kernels/conv_transpose2d.h"

#include "kernels/cuda/convolution.h"

namespace huegrad {
template <class Storage>
void conv_transpose2d_forward(Cuda cuda, const ConvTranspose2dShape& s, const Storage* x, const Storage* w,
                              const Conv2dEpilogue<float>& epilogue, Storage* y) {
  cuda::convolution_backward_data(cuda, s.adjoint(), w, x, epilogue, y);
}

template <class Storage>
void conv_transpose2d_backward_data(Cuda cuda, const ConvTranspose2dShape& s, const Storage* w,
                                    const Storage* dy, Storage* dx) {
  cuda::convolution_forward(cuda, s.adjoint(), dy, w, {}, dx);
}

template <class Storage>
void conv_transpose2d_backward_weight(Cuda cuda, const ConvTranspose2dShape& s, const Storage* x,
                                      const Storage* dy, float* dw) {
  cuda::convolution_backward_weight(cuda, s.adjoint(), dy, x, dw);
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
const char* conv_transpose2d_algorithm(Cuda cuda, const ConvTranspose2dShape& s) {
  return conv2d_algorithm<Storage>(cuda, s.adjoint());
}

template const char* conv_transpose2d_algorithm<float>(Cuda, const ConvTranspose2dShape&);
template const char* conv_transpose2d_algorithm<bfloat16>(Cuda, const ConvTranspose2dShape&);

}  // namespace huegrad
