#include "kernels/reduce.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void sum(Cuda, int64_t, const Storage*, float*) {
  unavailable("sum");
}

template <class Storage>
void sum_squares(Cuda, int64_t, const Storage*, float*) {
  unavailable("sum_squares");
}

template <class Storage>
void sum_rows(Cuda, int64_t, int64_t, const Storage*, float*) {
  unavailable("sum_rows");
}

template <class Storage>
void argmax_channels(Cuda, int64_t, int64_t, const Storage*, int32_t*) {
  unavailable("argmax_channels");
}

template void sum(Cuda, int64_t, const float*, float*);
template void sum(Cuda, int64_t, const bfloat16*, float*);
template void sum_squares(Cuda, int64_t, const float*, float*);
template void sum_squares(Cuda, int64_t, const bfloat16*, float*);
template void sum_rows(Cuda, int64_t, int64_t, const float*, float*);
template void sum_rows(Cuda, int64_t, int64_t, const bfloat16*, float*);
template void argmax_channels(Cuda, int64_t, int64_t, const float*, int32_t*);
template void argmax_channels(Cuda, int64_t, int64_t, const bfloat16*, int32_t*);

}  // namespace huegrad
