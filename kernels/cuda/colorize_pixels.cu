// The whole way from predicted colours to bytes in one kernel: what a block of pixels needs of the colours
// and of the guide is staged in shared memory, everything else stays in registers.
#include "kernels/colorize_pixels.h"

#include "kernels/color_math.h"
#include "kernels/cuda/joint_bilateral.h"

namespace huegrad {
namespace cuda {
namespace {

__device__ __forceinline__ float lightness_of(const ColorizePixelsShape& s, const uint8_t* picture,
                                              int64_t place) {
  const uint8_t* pixel = picture + place * s.channels;
  const int green = s.channels >= 3 ? 1 : 0, blue = 2 * green;
  return color::srgb_to_lab(float(pixel[0]) / 255, float(pixel[green]) / 255, float(pixel[blue]) / 255).v[0];
}

// The neutral level, 0..255, of a lightness.
__device__ __forceinline__ float grey_level(float lightness) {
  return 255 * color::lab_to_srgb(lightness, 0.0f, 0.0f).v[1];
}

template <bool staged>
__global__ void __launch_bounds__(kBlock* kBlock)
    colorize_pixels_kernel(ColorizePixelsShape shape, JointBilateralFactors factors, const float* ab,
                           const uint8_t* picture, uint8_t* out) {
  const JointBilateralShape& s = shape.upsample;
  const int first_row = int(blockIdx.y) * kBlock, first_column = int(blockIdx.x) * kBlock;
  const int row = first_row + int(threadIdx.x) / kBlock, column = first_column + int(threadIdx.x) % kBlock;
  const StagedWindow window = block_window(s, first_row, first_column);
  const auto centre_guide = [&](int q_row, int q_column) {
    return grey_level(lightness_of(shape, picture,
                                   nearest_pixel(q_row, s.low_height, s.high_height) * s.high_width +
                                       nearest_pixel(q_column, s.low_width, s.high_width)));
  };
  // Planes of the window: guide, a, b.
  auto* shared = dynamic_shared<float>();
  const int plane = window.size();
  if constexpr (staged) {
    for (int i = int(threadIdx.x); i < plane; i += kBlock * kBlock) {
      const int q_row = window.rows.first + i / window.width(),
                q_column = window.columns.first + i % window.width();
      const float* color = ab + (int64_t(q_row) * s.low_width + q_column) * 2;
      shared[i] = centre_guide(q_row, q_column);
      shared[plane + i] = color[0];
      shared[2 * plane + i] = color[1];
    }
    __syncthreads();
  }
  if (row >= s.high_height || column >= s.high_width) return;

  const int64_t place = int64_t(row) * s.high_width + column;
  const float lightness = lightness_of(shape, picture, place);
  const auto guide_at = [&](int q_row, int q_column) {
    return staged ? shared[window.at(q_row, q_column)] : centre_guide(q_row, q_column);
  };
  const JointBilateralPixel pixel(s, factors, row, column, grey_level(lightness), guide_at);
  float k = 0, a = 0, b = 0;
  const auto sum_up = [&](float largest) {
    k = a = b = 0;
    pixel.for_each_tap(largest, [&](int q_row, int q_column, float weight) {
      const int i = window.at(q_row, q_column);
      const float* color = ab + (int64_t(q_row) * s.low_width + q_column) * 2;
      k += weight;
      a += weight * (staged ? shared[plane + i] : color[0]);
      b += weight * (staged ? shared[2 * plane + i] : color[1]);
    });
  };
  sum_up(0);
  if (k < kSmallSum) sum_up(pixel.largest_log_weight());

  const color::Triple<float> rgb = color::lab_to_srgb(lightness, a / k, b / k);
  uint8_t* to = out + place * shape.out_channels();
  for (int c = 0; c < 3; ++c) to[c] = uint8_t(rgb.v[c] * 255 + 0.5f);
  if (shape.has_alpha()) to[3] = picture[(place + 1) * shape.channels - 1];
}

}  // namespace
}  // namespace cuda

void colorize_pixels(Cuda cuda, const ColorizePixelsShape& s, const float* ab, const uint8_t* picture,
                     uint8_t* out) {
  if (s.pixels() == 0) return;
  constexpr int64_t planes = 3;
  const bool staged = cuda::most_staged(s.upsample) <= cuda::kMostStaged;
  const size_t shared = staged ? size_t(planes * cuda::most_staged(s.upsample)) * sizeof(float) : 0;
  cuda::launch("colorize_pixels", cuda,
               staged ? cuda::colorize_pixels_kernel<true> : cuda::colorize_pixels_kernel<false>,
               cuda::joint_bilateral_grid(s.upsample), cuda::kBlock * cuda::kBlock, shared, s,
               cuda::joint_bilateral_factors(s.upsample), ab, picture, out);
}

}  // namespace huegrad
