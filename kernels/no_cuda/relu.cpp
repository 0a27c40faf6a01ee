#include "kernels/relu.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void relu_forward(Cuda, int64_t, const Storage*, Storage*) {
  unavailable("relu_forward");
}

template <class Storage>
void relu_backward(Cuda, int64_t, const Storage*, const Storage*, Storage*) {
  unavailable("relu_backward");
}

template <class Storage>
void relu_backward_bias(Cuda, int64_t, int64_t, const Storage*, const Storage*, Storage*, float*) {
  unavailable("relu_backward_bias");
}

template void relu_forward(Cuda, int64_t, const float*, float*);
template void relu_forward(Cuda, int64_t, const bfloat16*, bfloat16*);
template void relu_backward(Cuda, int64_t, const float*, const float*, float*);
template void relu_backward(Cuda, int64_t, const bfloat16*, const bfloat16*, bfloat16*);
template void relu_backward_bias(Cuda, int64_t, int64_t, const float*, const float*, float*, float*);
template void relu_backward_bias(Cuda, int64_t, int64_t, const bfloat16*, const bfloat16*, bfloat16*, float*);

}  // namespace huegrad
