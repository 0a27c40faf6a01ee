// Threads over the pixels of NHWC images.
#pragma once
#include "kernels/cpu/elementwise.h"

namespace huegrad {

struct Pixel {
  int64_t image, row, column;
  int64_t offset;  // of its first channel in the whole batch
};

// Calls body(Pixel) for every pixel; each thread takes whole rows, in order.
template <class Body>
void for_each_pixel(int64_t batch, int64_t height, int64_t width, int64_t channels, const Body& body) {
  parallel_for(0, batch * height, row_grain(width * channels), [&](int64_t first, int64_t last) {
    for (int64_t line = first; line < last; ++line)
      for (int64_t column = 0; column < width; ++column)
        body(Pixel{line / height, line % height, column, (line * width + column) * channels});
  });
}

}  // namespace huegrad
