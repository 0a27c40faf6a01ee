#include "kernels/batch_norm.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void batch_norm_statistics(Cuda, const BatchNormShape&, const Storage*, float*, float*) {
  unavailable("batch_norm_statistics");
}

template <class Storage>
void batch_norm_forward(Cuda, const BatchNormShape&, const Storage*, const float*, const float*, const float*,
                        const float*, Storage*) {
  unavailable("batch_norm_forward");
}

template <class Storage>
void batch_norm_backward(Cuda, const BatchNormShape&, bool, const Storage*, const float*, const float*,
                         const float*, const Storage*, Storage*, float*, float*) {
  unavailable("batch_norm_backward");
}

template void batch_norm_statistics(Cuda, const BatchNormShape&, const float*, float*, float*);
template void batch_norm_statistics(Cuda, const BatchNormShape&, const bfloat16*, float*, float*);
template void batch_norm_forward(Cuda, const BatchNormShape&, const float*, const float*, const float*,
                                 const float*, const float*, float*);
template void batch_norm_forward(Cuda, const BatchNormShape&, const bfloat16*, const float*, const float*,
                                 const float*, const float*, bfloat16*);
template void batch_norm_backward(Cuda, const BatchNormShape&, bool, const float*, const float*, const float*,
                                  const float*, const float*, float*, float*, float*);
template void batch_norm_backward(Cuda, const BatchNormShape&, bool, const bfloat16*, const float*,
                                  const float*, const float*, const bfloat16*, bfloat16*, float*, float*);

}  // namespace huegrad
