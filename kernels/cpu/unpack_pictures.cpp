#include "kernels/unpack_pictures.h"

#include "kernels/unpack_in_steps.h"

namespace huegrad {

void unpack_pictures(Cpu backend, const PictureBytes& s, const uint8_t* bytes, uint8_t* rgb, int32_t* label,
                     float* label_weight) {
  unpack_in_steps(backend, s, bytes, rgb, label, label_weight);
}

}  // namespace huegrad
