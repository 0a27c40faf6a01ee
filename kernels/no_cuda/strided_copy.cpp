#include "kernels/strided_copy.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void strided_copy(Cuda, const StridedCopyShape&, const Storage*, Storage*) {
  unavailable("strided_copy");
}

template void strided_copy(Cuda, const StridedCopyShape&, const float*, float*);
template void strided_copy(Cuda, const StridedCopyShape&, const bfloat16*, bfloat16*);

}  // namespace huegrad
