#include "kernels/sigmoid.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void sigmoid_forward(Cuda, int64_t, const Storage*, Storage*) {
  unavailable("sigmoid_forward");
}

template <class Storage>
void sigmoid_backward(Cuda, int64_t, const Storage*, const Storage*, Storage*) {
  unavailable("sigmoid_backward");
}

template void sigmoid_forward(Cuda, int64_t, const float*, float*);
template void sigmoid_forward(Cuda, int64_t, const bfloat16*, bfloat16*);
template void sigmoid_backward(Cuda, int64_t, const float*, const float*, float*);
template void sigmoid_backward(Cuda, int64_t, const bfloat16*, const bfloat16*, bfloat16*);

}  // namespace huegrad
