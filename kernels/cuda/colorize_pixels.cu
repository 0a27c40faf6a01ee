// The whole way from predicted colours to samples in one kernel. Joint bilateral: what a block of pixels
// needs of the colours and of the guide is staged in shared memory, everything else stays in registers.
#include "kernels/colorize_pixels.h"

#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/interpolation.h"
#include "kernels/cuda/joint_bilateral.h"

namespace huegrad {
namespace cuda {
namespace {

template <class Sample>
__device__ __forceinline__ float lightness_of(const ColorizePixelsShape& s, const Sample* picture,
                                              int64_t place) {
  const color::Triple<float> rgb = load_rgb(picture + place * s.channels, s.channels);
  return color::srgb_to_lab(rgb.v[0], rgb.v[1], rgb.v[2]).v[0];
}

template <class Sample>
__device__ __forceinline__ void store(const ColorizePixelsShape& s, float lightness, float a, float b,
                                      const Sample* picture, int64_t place, Sample* out) {
  store_rgb(color::lab_to_srgb(lightness, a, b), picture + place * s.channels, s.channels,
            out + place * s.out_channels());
}

template <class Sample>
__global__ void __launch_bounds__(kElementwiseThreads)
    colorize_bilinear_kernel(ColorizePixelsShape shape, const float* ab, const Sample* picture, Sample* out) {
  const UpsampleShape s = shape.bilinear();
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < shape.pixels(); i += step) {
    const Interpolation interpolated(s, i / s.out_width, i % s.out_width);
    const auto plane = [&](int c) {
      return interpolated([&](int64_t h, int64_t w) { return ab[(h * s.in_width + w) * 2 + c]; });
    };
    store(shape, lightness_of(shape, picture, i), plane(0), plane(1), picture, i, out);
  }
}

template <class Sample, bool staged>
__global__ void __launch_bounds__(kBlock* kBlock)
    colorize_pixels_kernel(ColorizePixelsShape shape, JointBilateralFactors factors, const float* ab,
                           const Sample* picture, Sample* out) {
  const JointBilateralShape& s = shape.upsample;
  const int first_row = int(blockIdx.y) * kBlock, first_column = int(blockIdx.x) * kBlock;
  const int row = first_row + int(threadIdx.x) / kBlock, column = first_column + int(threadIdx.x) % kBlock;
  const StagedWindow window = block_window(s, first_row, first_column);
  const auto centre_guide = [&](int q_row, int q_column) {
    return color::grey_level(lightness_of(shape, picture,
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
  const JointBilateralPixel pixel(s, factors, row, column, color::grey_level(lightness), guide_at);
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

  store(shape, lightness, a / k, b / k, picture, place, out);
}

}  // namespace
}  // namespace cuda

template <class Sample>
void colorize_pixels(Cuda cuda, const ColorizePixelsShape& s, const float* ab, const Sample* picture,
                     Sample* out) {
  if (s.pixels() == 0) return;
  if (!s.joint_bilateral)
    return cuda::launch("colorize_pixels", cuda, cuda::colorize_bilinear_kernel<Sample>,
                        cuda::elementwise_blocks(cuda, s.pixels()), cuda::kElementwiseThreads, 0, s, ab,
                        picture, out);
  constexpr int64_t planes = 3;
  const bool staged = cuda::most_staged(s.upsample) <= cuda::kMostStaged;
  const size_t shared = staged ? size_t(planes * cuda::most_staged(s.upsample)) * sizeof(float) : 0;
  cuda::launch(
      "colorize_pixels", cuda,
      staged ? cuda::colorize_pixels_kernel<Sample, true> : cuda::colorize_pixels_kernel<Sample, false>,
      cuda::joint_bilateral_grid(s.upsample), cuda::kBlock * cuda::kBlock, shared, s,
      cuda::joint_bilateral_factors(s.upsample), ab, picture, out);
}

template void colorize_pixels(Cuda, const ColorizePixelsShape&, const float*, const uint8_t*, uint8_t*);
template void colorize_pixels(Cuda, const ColorizePixelsShape&, const float*, const uint16_t*, uint16_t*);

}  // namespace huegrad
