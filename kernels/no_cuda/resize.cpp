#include "kernels/resize.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Sample>
void resize(Cuda, const ResizeShape&, const Sample*, Sample*) {
  unavailable("resize");
}

template void resize(Cuda, const ResizeShape&, const uint8_t*, uint8_t*);
template void resize(Cuda, const ResizeShape&, const uint16_t*, uint16_t*);
template void resize(Cuda, const ResizeShape&, const float*, float*);

}  // namespace huegrad
