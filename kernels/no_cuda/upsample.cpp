#include "kernels/upsample.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void upsample_forward(Cuda, const UpsampleShape&, const Storage*, Storage*) {
  unavailable("upsample_forward");
}

template <class Storage>
void upsample_backward(Cuda, const UpsampleShape&, const Storage*, Storage*) {
  unavailable("upsample_backward");
}

template void upsample_forward(Cuda, const UpsampleShape&, const float*, float*);
template void upsample_forward(Cuda, const UpsampleShape&, const bfloat16*, bfloat16*);
template void upsample_backward(Cuda, const UpsampleShape&, const float*, float*);
template void upsample_backward(Cuda, const UpsampleShape&, const bfloat16*, bfloat16*);

}  // namespace huegrad
