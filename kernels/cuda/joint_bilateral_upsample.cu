#include "kernels/joint_bilateral_upsample.h"

#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/joint_bilateral.h"

namespace huegrad {
namespace cuda {
namespace {

// The guide at the centre of low-resolution pixel q.
__device__ __forceinline__ float centre_guide(const JointBilateralShape& s, const float* guide, int q_row,
                                              int q_column) {
  return guide[nearest_pixel(q_row, s.low_height, s.high_height) * s.high_width +
               nearest_pixel(q_column, s.low_width, s.high_width)];
}

// A block's pixels: calls visit(pixel, lines, its index) with tap_at(q_row, q_column) staged, or as it is.
template <bool staged, class TapAt, class Visit>
__device__ __forceinline__ void for_pixel_of_block(const JointBilateralShape& s,
                                                   const JointBilateralFactors& factors, const float* guide,
                                                   const TapAt& tap_at, const Visit& visit) {
  const int first_row = int(blockIdx.y) * kBlock, first_column = int(blockIdx.x) * kBlock;
  const int row = first_row + int(threadIdx.x) / kBlock, column = first_column + int(threadIdx.x) % kBlock;
  const StagedWindow window = block_window(s, first_row, first_column);
  auto* taps = dynamic_shared<Tap>();
  if constexpr (staged) {
    __syncthreads();  // whoever still reads what was staged before
    window.for_each(taps, [&](Tap& tap, int q_row, int q_column) { tap = tap_at(q_row, q_column); });
    __syncthreads();
  }
  if (row >= s.high_height || column >= s.high_width) return;
  const int64_t place = int64_t(row) * s.high_width + column;
  const JointBilateralPixel<staged> pixel(s, factors, row, column, guide[place]);
  if constexpr (staged)
    visit(pixel, window.lines(taps), place);
  else
    visit(
        pixel, [&](int q_row) { return [&tap_at, q_row](int q_column) { return tap_at(q_row, q_column); }; },
        place);
}

// y[p] = sum of w x / sum of w, two channels at a time.
template <bool staged, class Storage>
__global__ void __launch_bounds__(kBlock* kBlock, staged ? 4 : 2)
    joint_bilateral_forward_kernel(JointBilateralShape s, JointBilateralFactors factors, const Storage* x,
                                   const float* guide, Storage* y) {
  const int channels = int(s.channels);
  x += int64_t(blockIdx.z) * s.low_height * s.low_width * channels;
  guide += int64_t(blockIdx.z) * s.high_height * s.high_width;
  y += int64_t(blockIdx.z) * s.high_height * s.high_width * channels;
  for (int channel = 0; channel < channels; channel += kTapColors) {
    const int count = min(kTapColors, channels - channel);
    const auto tap_at = [&](int q_row, int q_column) {
      const Storage* color = x + (int64_t(q_row) * s.low_width + q_column) * channels + channel;
      return Tap{centre_guide(s, guide, q_row, q_column),
                 {to_float(color[0]), count > 1 ? to_float(color[1]) : 0.0f}};
    };
    for_pixel_of_block<staged>(
        s, factors, guide, tap_at, [&](const auto& pixel, const auto& lines, int64_t place) {
          const JointBilateralSums sums = pixel.sums(lines);
          for (int c = 0; c < count; ++c)
            y[place * channels + channel + c] = from_float<Storage>(sums.colors[c] / sums.weight);
        });
  }
}

// The logarithm, to base two, of the sum of weights of every output pixel: w[p,q] / k[p] is then one power.
template <bool staged>
__global__ void __launch_bounds__(kBlock* kBlock, staged ? 4 : 2)
    joint_bilateral_normalizer_kernel(JointBilateralShape s, JointBilateralFactors factors,
                                      const float* guide, float* log_sum) {
  guide += int64_t(blockIdx.z) * s.high_height * s.high_width;
  log_sum += int64_t(blockIdx.z) * s.high_height * s.high_width;
  const auto tap_at = [&](int q_row, int q_column) {
    return Tap{centre_guide(s, guide, q_row, q_column), {}};
  };
  for_pixel_of_block<staged>(s, factors, guide, tap_at,
                             [&](const auto& pixel, const auto& lines, int64_t place) {
                               const float largest = pixel.largest_exponent(lines);
                               log_sum[place] = largest + log2f(pixel.sums(lines, largest).weight);
                             });
}

// A block adds up what low-resolution pixel q hands back to its users, the output pixels whose windows hold
// it: warps take rows, lanes columns. All sums are added in one order.
template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    joint_bilateral_backward_kernel(JointBilateralShape s, JointBilateralFactors factors, const float* guide,
                                    const float* log_sum, const Storage* dy, Storage* dx) {
  constexpr int warps = kElementwiseThreads / kWarp;
  SHARED(float, of_warps, [warps][kTapColors]);
  const int q = int(blockIdx.x), q_row = q / int(s.low_width), q_column = q % int(s.low_width);
  const int channels = int(s.channels), lane = int(threadIdx.x) % kWarp, warp = int(threadIdx.x) / kWarp;
  const int64_t low = s.low_height * s.low_width, high = s.high_height * s.high_width;
  guide += int64_t(blockIdx.z) * high;
  log_sum += int64_t(blockIdx.z) * high;
  dy += int64_t(blockIdx.z) * high * channels;
  dx += (int64_t(blockIdx.z) * low + q) * channels;
  const float centre = centre_guide(s, guide, q_row, q_column);
  const Window rows = users_of(q_row, s.low_height, s.high_height, s.radius);
  const Window columns = users_of(q_column, s.low_width, s.high_width, s.radius);
  for (int channel = 0; channel < channels; channel += kTapColors) {
    const int count = min(kTapColors, channels - channel);
    float sums[kTapColors] = {};
    for (int row = rows.first + warp; row <= rows.last; row += warps) {
      const float y = low_place(row, int(s.high_height), int(s.low_height)) - float(q_row);
      const float of_row = y * y * factors.spatial;
      for (int column = columns.first + lane; column <= columns.last; column += kWarp) {
        const int64_t p = int64_t(row) * s.high_width + column;
        const float x = low_place(column, int(s.high_width), int(s.low_width)) - float(q_column);
        const float difference = guide[p] - centre;
        const float share = exp2_approx(x * x * factors.spatial + of_row +
                                        difference * difference * factors.range - log_sum[p]);
        const Storage* gradient = dy + p * channels + channel;
        sums[0] += share * to_float(gradient[0]);
        if (count > 1) sums[1] += share * to_float(gradient[1]);
      }
    }
    for (int c = 0; c < kTapColors; ++c) {
      const float sum = warp_sum(sums[c]);
      if (lane == 0) of_warps[warp][c] = sum;
    }
    __syncthreads();
    if (int(threadIdx.x) < count) {
      float sum = 0;
      for (int i = 0; i < warps; ++i) sum += of_warps[i][threadIdx.x];
      dx[channel + int(threadIdx.x)] = from_float<Storage>(sum);
    }
    __syncthreads();
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void joint_bilateral_upsample_forward(Cuda cuda, const JointBilateralShape& s, const Storage* x,
                                      const float* guide, Storage* y) {
  if (s.output_size() == 0) return;
  constexpr auto op = "joint_bilateral_upsample_forward";
  const bool staged = cuda::is_staged(s);
  cuda::launch(op, cuda,
               staged ? cuda::joint_bilateral_forward_kernel<true, Storage>
                      : cuda::joint_bilateral_forward_kernel<false, Storage>,
               cuda::joint_bilateral_grid(s), cuda::kBlock * cuda::kBlock, cuda::staged_bytes(s), s,
               cuda::joint_bilateral_factors(s), x, guide, y);
}

template <class Storage>
void joint_bilateral_upsample_backward(Cuda cuda, const JointBilateralShape& s, const float* guide,
                                       const Storage* dy, Storage* dx) {
  if (s.input_size() == 0) return;
  constexpr auto op = "joint_bilateral_upsample_backward";
  auto* log_sum = static_cast<float*>(cuda.context->scratch(s.guide_size() * int64_t(sizeof(float))));
  const cuda::JointBilateralFactors factors = cuda::joint_bilateral_factors(s);
  cuda::launch(op, cuda,
               cuda::is_staged(s) ? cuda::joint_bilateral_normalizer_kernel<true>
                                  : cuda::joint_bilateral_normalizer_kernel<false>,
               cuda::joint_bilateral_grid(s), cuda::kBlock * cuda::kBlock, cuda::staged_bytes(s), s, factors,
               guide, log_sum);
  cuda::launch(op, cuda, cuda::joint_bilateral_backward_kernel<Storage>,
               dim3(unsigned(s.low_height * s.low_width), 1, unsigned(s.batch)), cuda::kElementwiseThreads, 0,
               s, factors, guide, log_sum, dy, dx);
}

template void joint_bilateral_upsample_forward(Cuda, const JointBilateralShape&, const float*, const float*,
                                               float*);
template void joint_bilateral_upsample_forward(Cuda, const JointBilateralShape&, const bfloat16*,
                                               const float*, bfloat16*);
template void joint_bilateral_upsample_backward(Cuda, const JointBilateralShape&, const float*, const float*,
                                                float*);
template void joint_bilateral_upsample_backward(Cuda, const JointBilateralShape&, const float*,
                                                const bfloat16*, bfloat16*);

}  // namespace huegrad
