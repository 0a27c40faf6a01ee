// A linear layer is a 1x1 convolution of pictures of one pixel.
#include "kernels/linear.h"

#include "kernels/cuda/convolution.h"

namespace huegrad {
namespace {

Conv2dShape as_convolution(const LinearShape& s) {
  return {.batch = s.rows,
          .in_height = 1,
          .in_width = 1,
          .in_channels = s.in_features,
          .out_channels = s.out_features,
          .kernel_height = 1,
          .kernel_width = 1};
}

}  // namespace

template <class Storage>
void linear_forward(Cuda cuda, const LinearShape& s, const Storage* x, const Storage* w, const float* b,
                    Storage* y) {
  cuda::convolution_forward(cuda, as_convolution(s), x, w, {.bias = b}, y);
}

template <class Storage>
void linear_backward_data(Cuda cuda, const LinearShape& s, const Storage* w, const Storage* dy, Storage* dx) {
  cuda::convolution_backward_data(cuda, as_convolution(s), w, dy, {}, dx);
}

template <class Storage>
void linear_backward_weight(Cuda cuda, const LinearShape& s, const Storage* x, const Storage* dy, float* dw) {
  cuda::convolution_backward_weight(cuda, as_convolution(s), x, dy, dw);
}

template void linear_forward(Cuda, const LinearShape&, const float*, const float*, const float*, float*);
template void linear_forward(Cuda, const LinearShape&, const bfloat16*, const bfloat16*, const float*,
                             bfloat16*);
template void linear_backward_data(Cuda, const LinearShape&, const float*, const float*, float*);
template void linear_backward_data(Cuda, const LinearShape&, const bfloat16*, const bfloat16*, bfloat16*);
template void linear_backward_weight(Cuda, const LinearShape&, const float*, const float*, float*);
template void linear_backward_weight(Cuda, const LinearShape&, const bfloat16*, const bfloat16*, float*);

}  // namespace huegrad
