#include "kernels/avg_pool.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void avg_pool_forward(Cuda, const Pool2dShape&, const Storage*, Storage*) {
  unavailable("avg_pool_forward");
}

template <class Storage>
void avg_pool_backward(Cuda, const Pool2dShape&, const Storage*, Storage*) {
  unavailable("avg_pool_backward");
}

template void avg_pool_forward(Cuda, const Pool2dShape&, const float*, float*);
template void avg_pool_forward(Cuda, const Pool2dShape&, const bfloat16*, bfloat16*);
template void avg_pool_backward(Cuda, const Pool2dShape&, const float*, float*);
template void avg_pool_backward(Cuda, const Pool2dShape&, const bfloat16*, bfloat16*);

}  // namespace huegrad
