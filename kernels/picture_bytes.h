// A batch of pictures as bytes, which is how it goes to a device:
//
//   PictureFrame (pictures)                 what each picture is and what becomes of it
//   uint8 (pictures, cells, cells)          the label of every cell of the output grid, 255: none
//   uint8 (height, width, 3), one a picture sRGB, where its frame says
//
// The first byte is 8-byte aligned; nothing else is.
#pragma once
#include <cstdint>

#include "kernels/output_grid.h"

namespace huegrad {

struct PictureFrame {
  int64_t pixels;  // where they begin, in bytes from the beginning of the batch
  int32_t height, width;
  int32_t mirror;              // 1: left and right are exchanged
  float contrast, brightness;  // L becomes 50 + contrast (L - 50) + brightness
  float label_weight;          // confidence in the labels
};
static_assert(sizeof(PictureFrame) == 32, "hosts and devices agree on its layout");

struct PictureBytes {
  int64_t pictures = 0;
  int64_t side = 0;     // pictures become side x side; a multiple of 4
  int64_t longest = 0;  // no picture is higher or wider than this

  constexpr int64_t cells() const { return side / kGridStride; }  // along a side of the grid
  constexpr int64_t pixels() const { return pictures * side * side; }
  constexpr int64_t grid_size() const { return pictures * cells() * cells(); }
  constexpr int64_t labels_offset() const { return pictures * int64_t(sizeof(PictureFrame)); }
  constexpr int64_t pixels_offset() const { return labels_offset() + grid_size(); }
};

}  // namespace huegrad
