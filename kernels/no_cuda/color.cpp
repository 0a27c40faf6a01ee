#include "kernels/color.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void srgb_to_lab(Cuda, int64_t, const float*, float*) { unavailable("srgb_to_lab"); }

void lab_to_srgb(Cuda, int64_t, const float*, float*) { unavailable("lab_to_srgb"); }

template <class Sample>
void picture_lightness(Cuda, int64_t, int64_t, const Sample*, float, float*) {
  unavailable("picture_lightness");
}

template void picture_lightness(Cuda, int64_t, int64_t, const uint8_t*, float, float*);
template void picture_lightness(Cuda, int64_t, int64_t, const uint16_t*, float, float*);

}  // namespace huegrad
