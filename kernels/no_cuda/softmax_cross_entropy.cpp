#include "kernels/softmax_cross_entropy.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void softmax_cross_entropy_scale(Cuda, const SoftmaxCrossEntropyShape&, const IntegerTargets<float>&,
                                 const LossScale&, float*) {
  unavailable("softmax_cross_entropy_scale");
}

template <class Storage>
void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const Storage*,
                           const IntegerTargets<float>&, const float*, float*, Storage*) {
  unavailable("softmax_cross_entropy");
}

void softmax_cross_entropy_scale(Cuda, const SoftmaxCrossEntropyShape&, const SparseTargets<float>&,
                                 const LossScale&, float*) {
  unavailable("softmax_cross_entropy_scale");
}

template <class Storage>
void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const Storage*, const SparseTargets<float>&,
                           const float*, float*, Storage*) {
  unavailable("softmax_cross_entropy");
}

template void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const float*,
                                    const IntegerTargets<float>&, const float*, float*, float*);
template void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const bfloat16*,
                                    const IntegerTargets<float>&, const float*, float*, bfloat16*);
template void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const float*,
                                    const SparseTargets<float>&, const float*, float*, float*);
template void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const bfloat16*,
                                    const SparseTargets<float>&, const float*, float*, bfloat16*);

}  // namespace huegrad
