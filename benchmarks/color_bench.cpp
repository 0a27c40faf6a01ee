// Conversions of colours, and the lightness of pictures as bytes.
#include "kernels/color.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const Cases<Image> kPictures = images({{1, 224, 224, 3}});
constexpr double kPowers = 3;  // per pixel and direction

static const bool kToLab = everywhere("srgb_to_lab", kPictures, [](auto on, const Image& s) {
  const auto rgb = on.values(s.rows() * 3, 0, 1), lab = on.values(s.rows() * 3);
  return Work{[=] { srgb_to_lab(on.backend(), s.rows(), rgb.data(), lab.data()); },
              {.bytes = bytes_of(rgb, lab), .exponentials = 2 * kPowers * double(s.rows())}};
});

// Half of the colours are outside the gamut: the expensive case.
static const bool kToSrgb = everywhere("lab_to_srgb", kPictures, [](auto on, const Image& s) {
  const auto lab = on.values(s.rows() * 3, 0, 80), rgb = on.values(s.rows() * 3);
  return Work{[=] { lab_to_srgb(on.backend(), s.rows(), lab.data(), rgb.data()); },
              {.bytes = bytes_of(lab, rgb), .exponentials = kPowers * double(s.rows())}};
});

static const bool kLightness = in_float("picture_lightness", kPictures, [](auto on, const Image& s) {
  const auto picture = on.levels(s.rows() * 3);
  const auto lightness = on.floats(s.rows());
  return Work{
      [=] { picture_lightness(on.backend(), s.rows(), 3, picture.data(), 50.0f, lightness.data()); },
      {.bytes = bytes_of(picture) + bytes_of(lightness), .exponentials = (kPowers + 1) * double(s.rows())}};
});
