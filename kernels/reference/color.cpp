#include "kernels/color.h"

#include "kernels/color_math.h"
#include "kernels/picture_pixels.h"

namespace huegrad {

template <class Real>
void srgb_to_lab(Reference, int64_t size, const Real* rgb, Real* lab) {
  for (int64_t i = 0; i < size; ++i) {
    const color::Triple<Real> pixel = color::srgb_to_lab(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
    for (int c = 0; c < 3; ++c) lab[3 * i + c] = pixel.v[c];
  }
}

template <class Real>
void lab_to_srgb(Reference, int64_t size, const Real* lab, Real* rgb) {
  for (int64_t i = 0; i < size; ++i) {
    const color::Triple<Real> pixel = color::lab_to_srgb(lab[3 * i], lab[3 * i + 1], lab[3 * i + 2]);
    for (int c = 0; c < 3; ++c) rgb[3 * i + c] = pixel.v[c];
  }
}

template <class Sample>
void picture_lightness(Reference, int64_t size, int64_t channels, const Sample* picture, float center,
                       float* lightness) {
  for (int64_t i = 0; i < size; ++i) {
    const color::Triple<float> rgb = load_rgb(picture + i * channels, channels);
    lightness[i] = color::srgb_to_lab(rgb.v[0], rgb.v[1], rgb.v[2]).v[0] - center;
  }
}

void grey_levels(Reference, int64_t size, const float* lightness, float* levels) {
  for (int64_t i = 0; i < size; ++i) levels[i] = color::grey_level(lightness[i]);
}

template void srgb_to_lab(Reference, int64_t, const float*, float*);
template void srgb_to_lab(Reference, int64_t, const double*, double*);
template void lab_to_srgb(Reference, int64_t, const float*, float*);
template void lab_to_srgb(Reference, int64_t, const double*, double*);
template void picture_lightness(Reference, int64_t, int64_t, const uint8_t*, float, float*);
template void picture_lightness(Reference, int64_t, int64_t, const uint16_t*, float, float*);

}  // namespace huegrad
