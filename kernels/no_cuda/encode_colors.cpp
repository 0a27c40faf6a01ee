#include "kernels/encode_colors.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void encode_colors(Cuda, const EncodeColorsShape&, const AbBinTable&, const float*, const PictureFrame*,
                   const uint8_t*, const ColorTargets&) {
  unavailable("encode_colors");
}

}  // namespace huegrad
