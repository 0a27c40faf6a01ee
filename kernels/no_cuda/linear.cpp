#include "kernels/linear.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void linear_forward(Cuda, const LinearShape&, const Storage*, const Storage*, const float*, Storage*) {
  unavailable("linear_forward");
}

template <class Storage>
void linear_backward_data(Cuda, const LinearShape&, const Storage*, const Storage*, Storage*) {
  unavailable("linear_backward_data");
}

template <class Storage>
void linear_backward_weight(Cuda, const LinearShape&, const Storage*, const Storage*, float*) {
  unavailable("linear_backward_weight");
}

template void linear_forward(Cuda, const LinearShape&, const float*, const float*, const float*, float*);
template void linear_forward(Cuda, const LinearShape&, const bfloat16*, const bfloat16*, const float*,
                             bfloat16*);
template void linear_backward_data(Cuda, const LinearShape&, const float*, const float*, float*);
template void linear_backward_data(Cuda, const LinearShape&, const bfloat16*, const bfloat16*, bfloat16*);
template void linear_backward_weight(Cuda, const LinearShape&, const float*, const float*, float*);
template void linear_backward_weight(Cuda, const LinearShape&, const bfloat16*, const bfloat16*, float*);

}  // namespace huegrad
