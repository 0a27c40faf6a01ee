#include "kernels/soft_encode.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void soft_encode(Cuda, const SoftEncodeShape&, const AbBinTable&, const float*, int32_t*, float*, float*) {
  unavailable("soft_encode");
}

}  // namespace huegrad
