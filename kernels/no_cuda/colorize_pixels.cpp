#include "kernels/colorize_pixels.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void colorize_pixels(Cuda, const ColorizePixelsShape&, const float*, const uint8_t*, uint8_t*) {
  unavailable("colorize_pixels");
}

}  // namespace huegrad
