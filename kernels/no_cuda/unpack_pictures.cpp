#include "kernels/unpack_pictures.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void unpack_pictures(Cuda, const PictureBytes&, const uint8_t*, uint8_t*, int32_t*, float*) {
  unavailable("unpack_pictures");
}

}  // namespace huegrad
