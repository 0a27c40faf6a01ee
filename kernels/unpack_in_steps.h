// unpack_pictures one picture after another, for the backends whose resize takes one.
#pragma once
#include <algorithm>

#include "kernels/resize.h"
#include "kernels/unpack_pictures.h"

namespace huegrad {

template <class Backend>
void unpack_in_steps(Backend backend, const PictureBytes& s, const uint8_t* bytes, uint8_t* rgb,
                     int32_t* label, float* label_weight) {
  const auto* frames = reinterpret_cast<const PictureFrame*>(bytes);
  const int64_t cells = s.cells() * s.cells();
  for (int64_t n = 0; n < s.pictures; ++n) {
    const PictureFrame& frame = frames[n];
    uint8_t* square = rgb + n * s.side * s.side * 3;
    resize(backend, {frame.height, frame.width, s.side, s.side, 3}, bytes + frame.pixels, square);
    if (frame.mirror)
      for (uint8_t* row = square; row < square + s.side * s.side * 3; row += s.side * 3)
        for (int64_t left = 0, right = s.side - 1; left < right; ++left, --right)
          std::swap_ranges(row + left * 3, row + left * 3 + 3, row + right * 3);
    std::copy_n(bytes + s.labels_offset() + n * cells, cells, label + n * cells);
    std::fill_n(label_weight + n * cells, cells, frame.label_weight);
  }
}

}  // namespace huegrad
