#include "kernels/add.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void add(Cuda, int64_t, const Storage*, const Storage*, Storage*) {
  unavailable("add");
}

template <class Storage>
void scale(Cuda, int64_t, double, const Storage*, Storage*) {
  unavailable("scale");
}

template <class Storage>
void scale_by(Cuda, int64_t, const float*, Storage*) {
  unavailable("scale_by");
}

template <class Storage>
void fill(Cuda, int64_t, double, Storage*) {
  unavailable("fill");
}

template <class Storage>
void fill(Cuda, int64_t, const float*, Storage*) {
  unavailable("fill");
}

void blend(Cuda, int64_t, double, const float*, float*) { unavailable("blend"); }

template void add(Cuda, int64_t, const float*, const float*, float*);
template void add(Cuda, int64_t, const bfloat16*, const bfloat16*, bfloat16*);
template void scale(Cuda, int64_t, double, const float*, float*);
template void scale(Cuda, int64_t, double, const bfloat16*, bfloat16*);
template void scale_by(Cuda, int64_t, const float*, float*);
template void scale_by(Cuda, int64_t, const float*, bfloat16*);
template void fill(Cuda, int64_t, double, float*);
template void fill(Cuda, int64_t, double, bfloat16*);
template void fill(Cuda, int64_t, const float*, float*);
template void fill(Cuda, int64_t, const float*, bfloat16*);

}  // namespace huegrad
