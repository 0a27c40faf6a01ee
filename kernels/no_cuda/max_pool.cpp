#include "kernels/max_pool.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void max_pool_forward(Cuda, const Pool2dShape&, const Storage*, Storage*, int32_t*) {
  unavailable("max_pool_forward");
}

template <class Storage>
void max_pool_backward(Cuda, const Pool2dShape&, const int32_t*, const Storage*, Storage*) {
  unavailable("max_pool_backward");
}

template void max_pool_forward(Cuda, const Pool2dShape&, const float*, float*, int32_t*);
template void max_pool_forward(Cuda, const Pool2dShape&, const bfloat16*, bfloat16*, int32_t*);
template void max_pool_backward(Cuda, const Pool2dShape&, const int32_t*, const float*, float*);
template void max_pool_backward(Cuda, const Pool2dShape&, const int32_t*, const bfloat16*, bfloat16*);

}  // namespace huegrad
