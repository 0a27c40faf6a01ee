#include "kernels/upsample_labels.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void upsample_labels(Cuda, const UpsampleShape&, const Storage*, uint8_t*) {
  unavailable("upsample_labels");
}

template void upsample_labels(Cuda, const UpsampleShape&, const float*, uint8_t*);
template void upsample_labels(Cuda, const UpsampleShape&, const bfloat16*, uint8_t*);

}  // namespace huegrad
