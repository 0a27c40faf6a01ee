// The whole way from predicted distributions to samples in one kernel. The windows of blocks overlap: a block
// that decoded its own would decode two hundred cells for its 256 pixels. So all blocks decode the grid
// together, each cell once, before they take their pixels. Joint bilateral: what a block of pixels needs of
// the colours and of the guide is staged in shared memory, everything else stays in registers.
#include "kernels/colorize_pixels.h"

#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/interpolation.h"
#include "kernels/cuda/joint_bilateral.h"
#include "kernels/cuda/prepare_together.h"
#include "kernels/cuda/rows.h"

namespace huegrad {
namespace cuda {
namespace {

constexpr int kDecodedTogether = kElementwiseThreads / kWarp;  // cells: one a warp
static_assert(kBlock * kBlock == kElementwiseThreads);

// Logits, and the colours that all blocks make of them.
template <class Storage>
struct Distributions {
  const Storage* logits;
  const float* centers;
  int cells, bins;
  float inverse_temperature;
  PreparedPieces* pieces;
  float* ab;

  // The annealed mean of a cell, by a warp. Its values are read twice, because the registers for 313 of them
  // would be missing where pixels are made.
  __device__ __forceinline__ void decode(int cell) const {
    const Storage* row = logits + int64_t(cell) * bins;
    const int lane = int(threadIdx.x) % kWarp;
    float largest = -INFINITY;
    for (int bin = lane; bin < bins; bin += kWarp) largest = fmaxf(largest, to_float(row[bin]));
    largest = warp_max(largest);
    float sum = 0, a = 0, b = 0;
    for (int bin = lane; bin < bins; bin += kWarp) {
      const float p = exp2_approx((to_float(row[bin]) - largest) * inverse_temperature * kLog2OfE);
      sum += p;
      a += p * centers[2 * bin];
      b += p * centers[2 * bin + 1];
    }
    sum = warp_sum(sum);
    a = warp_sum(a);
    b = warp_sum(b);
    if (lane > 0) return;
    ab[2 * cell] = a / sum;
    ab[2 * cell + 1] = b / sum;
  }

  __device__ __forceinline__ void decode_together() const {
    prepare_together(pieces, (cells + kDecodedTogether - 1) / kDecodedTogether, [&](int piece) {
      const int cell = piece * kDecodedTogether + int(threadIdx.x) / kWarp;
      if (cell < cells) decode(cell);
    });
  }
};

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

template <class Storage, class Sample>
__global__ void __launch_bounds__(kElementwiseThreads)
    colorize_bilinear_kernel(ColorizePixelsShape shape, Distributions<Storage> colors, const Sample* picture,
                             Sample* out) {
  colors.decode_together();
  const UpsampleShape s = shape.upsample.bilinear();
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < shape.pixels(); i += step) {
    const Interpolation interpolated(s, i / s.out_width, i % s.out_width);
    const auto plane = [&](int c) {
      return interpolated([&](int64_t h, int64_t w) { return colors.ab[(h * s.in_width + w) * 2 + c]; });
    };
    store(shape, lightness_of(shape, picture, i), plane(0), plane(1), picture, i, out);
  }
}

template <class Storage, class Sample, bool staged>
__global__ void __launch_bounds__(kBlock* kBlock, staged ? 4 : 2)
    colorize_pixels_kernel(ColorizePixelsShape shape, JointBilateralFactors factors,
                           Distributions<Storage> colors, const Sample* picture, Sample* out) {
  const JointBilateralShape& s = shape.upsample;
  const int first_row = int(blockIdx.y) * kBlock, first_column = int(blockIdx.x) * kBlock;
  const int row = first_row + int(threadIdx.x) / kBlock, column = first_column + int(threadIdx.x) % kBlock;
  const StagedWindow window = block_window(s, first_row, first_column);
  const auto centre_guide = [&](int q_row, int q_column) {
    return color::grey_level(lightness_of(shape, picture,
                                          nearest_pixel(q_row, s.low_height, s.high_height) * s.high_width +
                                              nearest_pixel(q_column, s.low_width, s.high_width)));
  };
  const auto color_of = [&](int q_row, int q_column) {
    return colors.ab + (int64_t(q_row) * s.low_width + q_column) * kTapColors;
  };
  auto* taps = dynamic_shared<Tap>();
  if constexpr (staged)
    window.for_each(taps,
                    [&](Tap& tap, int q_row, int q_column) { tap.guide = centre_guide(q_row, q_column); });
  colors.decode_together();
  if constexpr (staged) {
    window.for_each(taps, [&](Tap& tap, int q_row, int q_column) {
      const float* color = color_of(q_row, q_column);
      tap.colors[0] = color[0];
      tap.colors[1] = color[1];
    });
    __syncthreads();
  }
  if (row >= s.high_height || column >= s.high_width) return;

  const int64_t place = int64_t(row) * s.high_width + column;
  const float lightness = lightness_of(shape, picture, place);
  const JointBilateralPixel<staged> pixel(s, factors, row, column, color::grey_level(lightness));
  const auto mean = [&](const auto& lines) {
    const JointBilateralSums sums = pixel.sums(lines);
    store(shape, lightness, sums.colors[0] / sums.weight, sums.colors[1] / sums.weight, picture, place, out);
  };
  if constexpr (staged)
    mean(window.lines(taps));
  else
    mean([&](int q_row) {
      return [&, q_row](int q_column) {
        const float* color = color_of(q_row, q_column);
        return Tap{centre_guide(q_row, q_column), {color[0], color[1]}};
      };
    });
}

template <class Storage>
Distributions<Storage> distributions(Cuda cuda, const ColorizePixelsShape& s, const Storage* logits,
                                     const float* centers) {
  constexpr int64_t alignment = 256;
  static_assert(sizeof(PreparedPieces) <= alignment);
  const int64_t ab_bytes = s.upsample.input_size() * int64_t(sizeof(float));
  auto* scratch = static_cast<char*>(cuda.context->scratch(alignment + ab_bytes));
  cuda.context->set_zero(scratch, sizeof(PreparedPieces));
  return {logits,
          centers,
          int(s.decoding().rows),
          int(s.bins),
          float(1 / s.temperature),
          reinterpret_cast<PreparedPieces*>(scratch),
          reinterpret_cast<float*>(scratch + alignment)};
}

}  // namespace
}  // namespace cuda

template <class Storage, class Sample>
void colorize_pixels(Cuda cuda, const ColorizePixelsShape& s, const Storage* logits, const float* centers,
                     const Sample* picture, Sample* out) {
  if (s.pixels() == 0) return;
  const auto colors = cuda::distributions(cuda, s, logits, centers);
  if (!s.joint_bilateral)
    return cuda::launch("colorize_pixels", cuda, cuda::colorize_bilinear_kernel<Storage, Sample>,
                        cuda::elementwise_blocks(cuda, s.pixels()), cuda::kElementwiseThreads, 0, s, colors,
                        picture, out);
  cuda::launch("colorize_pixels", cuda,
               cuda::is_staged(s.upsample) ? cuda::colorize_pixels_kernel<Storage, Sample, true>
                                           : cuda::colorize_pixels_kernel<Storage, Sample, false>,
               cuda::joint_bilateral_grid(s.upsample), cuda::kBlock * cuda::kBlock,
               cuda::staged_bytes(s.upsample), s, cuda::joint_bilateral_factors(s.upsample), colors, picture,
               out);
}

template void colorize_pixels(Cuda, const ColorizePixelsShape&, const float*, const float*, const uint8_t*,
                              uint8_t*);
template void colorize_pixels(Cuda, const ColorizePixelsShape&, const float*, const float*, const uint16_t*,
                              uint16_t*);
template void colorize_pixels(Cuda, const ColorizePixelsShape&, const bfloat16*, const float*, const uint8_t*,
                              uint8_t*);
template void colorize_pixels(Cuda, const ColorizePixelsShape&, const bfloat16*, const float*,
                              const uint16_t*, uint16_t*);

}  // namespace huegrad
