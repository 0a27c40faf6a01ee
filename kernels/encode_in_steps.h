// The pieces of encode_colors that a backend in host memory goes through.
#pragma once
#include <algorithm>
#include <cmath>

#include "kernels/color.h"
#include "kernels/encode_colors.h"
#include "kernels/picture_pixels.h"

namespace huegrad {

// Row `line` of all pictures' rows. buffer: 6 * side floats.
template <class Backend>
void encode_line(Backend backend, const EncodeColorsShape& s, const PictureFrame* frames, const uint8_t* rgb,
                 int64_t line, float* buffer, const ColorTargets& to) {
  const int64_t row = line % s.side;
  const PictureFrame& frame = frames[line / s.side];
  float *unit = buffer, *lab = buffer + 3 * s.side;
  for (int64_t x = 0; x < s.side; ++x)
    std::copy_n(load_rgb(rgb + (line * s.side + x) * 3, 3).v, 3, unit + 3 * x);
  srgb_to_lab(backend, s.side, unit, lab);
  for (int64_t x = 0; x < s.side; ++x)
    to.lightness[line * s.side + x] =
        std::clamp((lab[3 * x] - 50) * frame.contrast + frame.brightness, -50.0f, 50.0f);
  if (row % kGridStride != kGridOffset) return;
  float* ab = to.ab + line / kGridStride * s.cells() * 2;
  for (int64_t x = kGridOffset; x < s.side; x += kGridStride, ab += 2) std::copy_n(lab + 3 * x + 1, 2, ab);
}

inline void encode_rarity(const EncodeColorsShape& s, const float* bin_rarity, int64_t picture,
                          const ColorTargets& to) {
  const int64_t first = picture * s.picture_cells(), last = first + s.picture_cells();
  const bool grey = std::none_of(to.ab + 2 * first, to.ab + 2 * last,
                                 [&](float value) { return std::abs(value) > s.grey_limit; });
  for (int64_t i = first; i < last; ++i) to.rarity[i] = grey ? 0 : bin_rarity[to.index[i * s.neighbours]];
}

}  // namespace huegrad
