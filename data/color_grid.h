// The colours of a picture on the network's output grid.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/output_grid.h"

namespace huegrad {

// lab (height, width, 3) -> ab (height / 4, width / 4, 2): that of pixel (4i + 2, 4j + 2).
inline std::vector<float> sample_ab(std::span<const float> lab, int64_t height, int64_t width) {
  std::vector<float> ab;
  ab.reserve(size_t(height / kGridStride * (width / kGridStride) * 2));
  for (int64_t y = kGridOffset; y / kGridStride < height / kGridStride; y += kGridStride)
    for (int64_t x = kGridOffset; x / kGridStride < width / kGridStride; x += kGridStride) {
      const float* pixel = &lab[size_t((y * width + x) * 3)];
      ab.insert(ab.end(), {pixel[1], pixel[2]});
    }
  return ab;
}

}  // namespace huegrad
