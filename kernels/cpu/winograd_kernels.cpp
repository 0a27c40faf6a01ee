#include "kernels/cpu/winograd_kernels.h"

#include <algorithm>

#include "kernels/cpu/packed_panels.h"
#include "kernels/cpu/scratch.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

// w (rows, taps, columns) to (columns, taps, rows), in squares of one cache line.
void exchange_channels(int64_t rows, int64_t taps, int64_t columns, const float* w, float* exchanged) {
  constexpr int64_t kSide = 16;
  parallel_for(0, ceil_div(columns, kSide), 1, [&](int64_t begin, int64_t end) {
    for (int64_t c0 = begin * kSide; c0 < std::min(columns, end * kSide); c0 += kSide)
      for (int64_t r0 = 0; r0 < rows; r0 += kSide)
        for (int64_t tap = 0; tap < taps; ++tap)
          for (int64_t c = c0; c < std::min(columns, c0 + kSide); ++c)
            for (int64_t r = r0; r < std::min(rows, r0 + kSide); ++r)
              exchanged[(c * taps + tap) * rows + r] = w[(r * taps + tap) * columns + c];
  });
}

// Kernels transformed and packed; kernel_of(c, space) is where those of input channel c, (r, r,
// out_channels), lie: in memory or copied into the space.
template <class KernelOf>
void transform_kernels(const WinogradAlgorithm& algorithm, int64_t in_channels, int64_t out_channels,
                       bool flipped, const KernelOf& kernel_of, float* u) {
  const int64_t stride = kernel_stride(in_channels, out_channels), width = gemm_panel_width();
  const int64_t elements = algorithm.elements(), taps = algorithm.kernel * algorithm.kernel;
  parallel_for(0, in_channels, 4, [&](int64_t begin, int64_t end) {
    thread_local Scratch scratch;
    float* row = scratch.floats((elements + taps) * out_channels);
    float* space = row + elements * out_channels;
    for (int64_t c = begin; c < end; ++c) {
      algorithm.transform_kernel(kernel_of(c, space), flipped, out_channels, row, out_channels);
      for (int64_t e = 0; e < elements; ++e)
        for (int64_t k = 0; k < out_channels; k += width) {
          float* to = u + e * stride + k * in_channels + c * width;
          const int64_t count = std::min(width, out_channels - k);
          std::fill_n(std::copy_n(row + e * out_channels + k, count, to), width - count, 0.0f);
        }
    }
  });
}

// w (4, 4, channels), its elements `taps` copied into the space.
const float* gather_taps(const std::array<int64_t, 4>& taps, const float* w, int64_t channels, float* space) {
  for (size_t i = 0; i < taps.size(); ++i)
    std::copy_n(w + taps[i] * channels, channels, space + int64_t(i) * channels);
  return space;
}

}  // namespace

int64_t element_stride(int64_t size) { return ceil_div(size, 16) * 16 + 16; }

int64_t kernel_stride(int64_t in_channels, int64_t out_channels) {
  return element_stride(packed_size(out_channels, in_channels));
}

int64_t kernels_size(const Conv2dShape& s) {
  return kWinograd4x3.elements() * kernel_stride(s.in_channels, s.out_channels);
}

int64_t kernels_size(const ConvTranspose2dShape& s) {
  return kWinograd2x2.elements() * kernel_stride(s.in_channels, s.out_channels);
}

void transform_kernels(int64_t in_channels, int64_t out_channels, bool flipped, const float* w, float* u) {
  const auto kernel_of = [&](int64_t c, float*) { return w + c * 9 * out_channels; };
  transform_kernels(kWinograd4x3, in_channels, out_channels, flipped, kernel_of, u);
}

void transform_kernels(const Conv2dShape& s, const float* w, float* u) {
  thread_local Scratch scratch;
  float* exchanged = scratch.floats(s.weight_size());
  exchange_channels(s.out_channels, 9, s.in_channels, w, exchanged);
  transform_kernels(s.in_channels, s.out_channels, false, exchanged, u);
}

void transform_kernels(const ConvTranspose2dShape& s, int64_t phase, const float* w, float* u) {
  const std::array<int64_t, 4> taps = phase_taps(s, phase);
  const auto kernel_of = [&](int64_t c, float* space) {
    return gather_taps(taps, w + c * 16 * s.out_channels, s.out_channels, space);
  };
  transform_kernels(kWinograd2x2, s.in_channels, s.out_channels, false, kernel_of, u);
}

void transform_gradient_kernels(const ConvTranspose2dShape& s, const float* w, float* u) {
  thread_local Scratch scratch;
  float* exchanged = scratch.floats(s.weight_size());
  exchange_channels(s.in_channels, 16, s.out_channels, w, exchanged);
  const auto kernel_of = [&](int64_t row, float* space) {
    const float* kernel = exchanged + row % s.out_channels * 16 * s.in_channels;
    return gather_taps(phase_taps(s, row / s.out_channels), kernel, s.in_channels, space);
  };
  transform_kernels(kWinograd2x2, kPhases * s.out_channels, s.in_channels, true, kernel_of, u);
}

}  // namespace huegrad
