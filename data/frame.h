// Cutting what the network sees out of a picture: geometry and lightness changes, applied to colours and
// labels alike.
#pragma once
#include <cstdint>
#include <span>
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

// What becomes of a sample: a picture of a pack and the part of it that is shown.
struct FramedPicture {
  const Pack* pack;
  PackPicture picture;
  Frame frame;
};

// What lies in the frame, as it is: (frame.height, frame.width, channels), of rows of row_width pixels.
void copy_frame(std::span<const uint8_t> samples, int64_t row_width, int64_t channels, const Frame& frame,
                uint8_t* copy);

// The frame's labels at the centres of the output grid's cells (kernels/output_grid.h) when it is side x side
// pixels: (side / 4, side / 4); 255 everywhere when the picture has none.
void sample_labels(const PackPicture& picture, const Frame& frame, int64_t side, uint8_t* labels);

}  // namespace huegrad
