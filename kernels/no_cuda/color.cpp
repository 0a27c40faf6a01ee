#include "kernels/color.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void srgb_to_lab(Cuda, int64_t, const Storage*, Storage*) {
  unavailable("srgb_to_lab");
}

template <class Storage>
void lab_to_srgb(Cuda, int64_t, const Storage*, Storage*) {
  unavailable("lab_to_srgb");
}

template <class Sample>
void picture_lightness(Cuda, int64_t, int64_t, const Sample*, float, float*) {
  unavailable("picture_lightness");
}

template void srgb_to_lab(Cuda, int64_t, const float*, float*);
template void srgb_to_lab(Cuda, int64_t, const bfloat16*, bfloat16*);
template void lab_to_srgb(Cuda, int64_t, const float*, float*);
template void lab_to_srgb(Cuda, int64_t, const bfloat16*, bfloat16*);
template void picture_lightness(Cuda, int64_t, int64_t, const uint8_t*, float, float*);
template void picture_lightness(Cuda, int64_t, int64_t, const uint16_t*, float, float*);

}  // namespace huegrad
