// A convolution pass as a gather: every output pixel is a sum over taps of a source pixel times a slice of
// the weights. Forward, the source is the image; for the data gradient it is dy, and output pixels fall into
// stride x stride phases, each with taps of its own (so that no tap of a strided gradient hits a hole).
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "kernels/conv2d.h"

namespace huegrad::cuda {

// Source pixel (row, column) relative to the place of the output pixel, and the element of the kernel.
struct Tap {
  int row, column, element;
};

constexpr int kMostTaps = 32, kMostStride = 4;  // a bit for each tap, a table of the phases

// Weights are (out_channels, kernel_elements, source_channels). Output pixel (i, j) of phase (a, b), which is
// pixel (i * out_step + a, j * out_step + b), has its place at source pixel (i, j) * source_step.
struct GatherShape {
  int batch, source_height, source_width, source_channels;
  int out_height, out_width, out_channels;
  int source_step, out_step, kernel_elements;
  int first_tap[kMostStride * kMostStride + 1];  // by phase
  Tap taps[kMostTaps];

  int phases() const { return out_step * out_step; }
  int most_taps() const {
    int most = 0;
    for (int phase = 0; phase < phases(); ++phase)
      most = std::max(most, first_tap[phase + 1] - first_tap[phase]);
    return most;
  }
  int64_t out_pixels() const { return int64_t(batch) * out_height * out_width; }
  // Pixels of the largest phase, the first.
  int64_t phase_pixels() const {
    return int64_t(batch) * ((out_height + out_step - 1) / out_step) *
           ((out_width + out_step - 1) / out_step);
  }
};

// Whether the tables suffice, and 32 bits for the numbers of pixels and of packs of at least four channels.
inline bool gather_fits(const Conv2dShape& s) {
  constexpr int64_t most = std::numeric_limits<int>::max() / 4;
  const auto fit_in_32_bits = [](int64_t rows, int64_t channels) {
    return rows < most && channels < most && rows * (channels + 7) / 4 < 4 * most;
  };
  return s.kernel_height * s.kernel_width <= kMostTaps && s.stride <= kMostStride &&
         fit_in_32_bits(s.batch * s.in_height * s.in_width, s.in_channels) &&
         fit_in_32_bits(s.batch * s.out_height() * s.out_width(), s.out_channels) &&
         fit_in_32_bits(s.out_channels * s.kernel_height * s.kernel_width, s.in_channels) &&
         fit_in_32_bits(s.in_channels * s.kernel_height * s.kernel_width, s.out_channels);
}

inline GatherShape forward_gather(const Conv2dShape& s) {
  GatherShape g{int(s.batch),
                int(s.in_height),
                int(s.in_width),
                int(s.in_channels),
                int(s.out_height()),
                int(s.out_width()),
                int(s.out_channels),
                int(s.stride),
                1,
                int(s.kernel_height * s.kernel_width),
                {},
                {}};
  int count = 0;
  for (int r = 0; r < s.kernel_height; ++r)
    for (int v = 0; v < s.kernel_width; ++v, ++count)
      g.taps[count] = {int(r * s.dilation - s.padding), int(v * s.dilation - s.padding), count};
  g.first_tap[1] = count;
  return g;
}

// Pixel h of the image was read by output row (h + padding - r * dilation) / stride, if that divides.
inline GatherShape backward_data_gather(const Conv2dShape& s) {
  GatherShape g{int(s.batch),
                int(s.out_height()),
                int(s.out_width()),
                int(s.out_channels),
                int(s.in_height),
                int(s.in_width),
                int(s.in_channels),
                1,
                int(s.stride),
                int(s.kernel_height * s.kernel_width),
                {},
                {}};
  int count = 0;
  for (int phase = 0; phase < g.phases(); ++phase) {
    g.first_tap[phase] = count;
    for (int r = 0; r < s.kernel_height; ++r)
      for (int v = 0; v < s.kernel_width; ++v) {
        const auto row = int(phase / s.stride + s.padding - r * s.dilation);
        const auto column = int(phase % s.stride + s.padding - v * s.dilation);
        if (row % s.stride != 0 || column % s.stride != 0) continue;
        g.taps[count++] = {int(row / s.stride), int(column / s.stride), int(r * s.kernel_width + v)};
      }
  }
  g.first_tap[g.phases()] = count;
  return g;
}

}  // namespace huegrad::cuda
