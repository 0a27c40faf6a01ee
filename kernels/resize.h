// resize: resamples an image with half-pixel centres; the filter grows with the factor when the image
// shrinks, so that every input pixel counts and nothing aliases.
//
//   y[i, j, c] = sum_pq v[i, p] w[j, q] x[p, q, c],  v[i, p] ~ filter((p - centre(i)) / stretch),
//   centre(i) = (i + 1/2) height / new_height - 1/2,  stretch = max(1, height / new_height),
//
// with weights that sum to 1 over the pixels inside the image; w alike along the width. x (height, width,
// channels), y (new_height, new_width, channels), all extents at least 1; integer samples are rounded, and
// clamped to their range.
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

enum class ResizeFilter {
  triangle,  // bilinear when enlarging, area-like when shrinking; never overshoots
  cubic,     // Catmull-Rom (Keys 1981, a = -0.5): sharper, may overshoot
};

struct ResizeShape {
  int64_t height = 0, width = 0, new_height = 0, new_width = 0, channels = 1;
  ResizeFilter filter = ResizeFilter::triangle;

  constexpr int64_t input_size() const { return height * width * channels; }
  constexpr int64_t output_size() const { return new_height * new_width * channels; }
};

// Sample: uint8_t, uint16_t, float; by the definition also double. Float sums, rows first.
template <class Sample>
void resize(Reference, const ResizeShape& shape, const Sample* x, Sample* y);
template <class Sample>
void resize(Cpu, const ResizeShape& shape, const Sample* x, Sample* y);
template <class Sample>
void resize(Cuda, const ResizeShape& shape, const Sample* x, Sample* y);

}  // namespace huegrad
