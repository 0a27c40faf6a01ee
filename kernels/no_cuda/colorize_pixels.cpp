#include "kernels/colorize_pixels.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage, class Sample>
void colorize_pixels(Cuda, const ColorizePixelsShape&, const Storage*, const float*, const Sample*, Sample*) {
  unavailable("colorize_pixels");
}

template void colorize_pixels(Cuda, const ColorizePixelsShape&, const float*, const float*, const uint8_t*,
                              uint8_t*);
template void colorize_pixels(Cuda, const ColorizePixelsShape&, const float*, const float*, const uint16_t*,
                              uint16_t*);
template void colorize_pixels(Cuda, const ColorizePixelsShape&, const bfloat16*, const float*, const uint8_t*,
                              uint8_t*);
template void colorize_pixels(Cuda, const ColorizePixelsShape&, const bfloat16*, const float*,
                              const uint16_t*, uint16_t*);

}  // namespace huegrad
