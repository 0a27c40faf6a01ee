// Cutting what the network sees out of a picture: geometry and lightness changes, applied to colours and
// labels alike.
#pragma once
#include <cstdint>
#include <vector>

#include "core/generator.h"
#include "data/pack.h"

namespace huegrad {

// A rectangle of a picture that is scaled to a square, then mirrored; its lightness L becomes
// 50 + contrast (L - 50) + brightness, within 0..100.
struct Frame {
  int64_t x, y, width, height;
  bool mirror = false;
  double contrast = 1, brightness = 0;
};

Frame whole_frame(int64_t width, int64_t height);
Frame central_frame(int64_t width, int64_t height);  // the largest square in the middle

// A square of any side from `side` to the picture's shorter side (less, if the picture is smaller), anywhere;
// mirrored or not; contrast within 1 +- contrast_jitter, brightness within +- lightness_jitter.
Frame random_frame(int64_t width, int64_t height, int64_t side, double contrast_jitter,
                   double lightness_jitter, Generator& random);

// The frame of a picture as side x side pixels: 8-bit RGB, mirrored.
Image framed_image(const PackPicture& picture, const Frame& frame, int64_t side);

// The frame's labels at the centres (4i + 2, 4j + 2) of the 4x4 cells of its side x side pixels: (side / 4,
// side / 4); 255 everywhere when the picture has none.
std::vector<int32_t> framed_labels(const PackPicture& picture, const Frame& frame, int64_t side);

}  // namespace huegrad
