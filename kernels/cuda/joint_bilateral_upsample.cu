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

// y[p] = sum of w x / sum of w, channel by channel. color_at(q_row, q_column, channel).
template <class Pixel, class ColorAt, class Storage>
__device__ __forceinline__ void weighted_mean(const Pixel& pixel, int channels, const ColorAt& color_at,
                                              Storage* y) {
  float largest = 0;  // where weights are relative to the largest of them: its logarithm
  for (int c = 0; c < channels; ++c)
    for (bool done = false; !done;) {
      float k = 0, sum = 0;
      pixel.for_each_tap(largest, [&](int row, int column, float weight) {
        k += weight;
        sum += weight * color_at(row, column, c);
      });
      y[c] = from_float<Storage>(sum / k);
      done = k >= kSmallSum || largest != 0;
      if (!done) largest = pixel.largest_log_weight();
    }
}

template <bool staged, class Storage>
__global__ void __launch_bounds__(kBlock* kBlock, 2)
    joint_bilateral_forward_kernel(JointBilateralShape s, JointBilateralFactors factors, const Storage* x,
                                   const float* guide, Storage* y) {
  x += int64_t(blockIdx.z) * s.low_height * s.low_width * s.channels;
  guide += int64_t(blockIdx.z) * s.high_height * s.high_width;
  y += int64_t(blockIdx.z) * s.high_height * s.high_width * s.channels;
  const int first_row = int(blockIdx.y) * kBlock, first_column = int(blockIdx.x) * kBlock;
  const int row = first_row + int(threadIdx.x) / kBlock, column = first_column + int(threadIdx.x) % kBlock;
  const StagedWindow window = block_window(s, first_row, first_column);
  auto* shared = dynamic_shared<float>();
  if constexpr (staged) {
    for (int i = int(threadIdx.x); i < window.size(); i += kBlock * kBlock)
      shared[i] = centre_guide(s, guide, window.rows.first + i / window.width(),
                               window.columns.first + i % window.width());
    __syncthreads();
  }
  if (row >= s.high_height || column >= s.high_width) return;
  const auto guide_at = [&](int q_row, int q_column) {
    return staged ? shared[window.at(q_row, q_column)] : centre_guide(s, guide, q_row, q_column);
  };
  const int64_t place = int64_t(row) * s.high_width + column;
  const JointBilateralPixel pixel(s, factors, row, column, guide[place], guide_at);
  weighted_mean(
      pixel, int(s.channels),
      [&](int q_row, int q_column, int c) {
        return to_float(x[(int64_t(q_row) * s.low_width + q_column) * s.channels + c]);
      },
      y + place * s.channels);
}

// log of the sum of weights of every output pixel: w[p,q] / k[p] is then one exponential.
__global__ void __launch_bounds__(kBlock* kBlock)
    joint_bilateral_normalizer_kernel(JointBilateralShape s, JointBilateralFactors factors,
                                      const float* guide, float* log_sum) {
  guide += int64_t(blockIdx.z) * s.high_height * s.high_width;
  const int row = int(blockIdx.y) * kBlock + int(threadIdx.x) / kBlock;
  const int column = int(blockIdx.x) * kBlock + int(threadIdx.x) % kBlock;
  if (row >= s.high_height || column >= s.high_width) return;
  const auto guide_at = [&](int q_row, int q_column) { return centre_guide(s, guide, q_row, q_column); };
  const int64_t place = int64_t(row) * s.high_width + column;
  const JointBilateralPixel pixel(s, factors, row, column, guide[place], guide_at);
  const float largest = pixel.largest_log_weight();
  float k = 0;
  pixel.for_each_tap(largest, [&](int, int, float weight) { k += weight; });
  log_sum[int64_t(blockIdx.z) * s.high_height * s.high_width + place] = largest + logf(k);
}

// Output pixels along one axis whose window may hold low-resolution pixel q; one more on either side, because
// the bounds are rounded.
__device__ __forceinline__ Window users_of(int q, int low, int high, int radius) {
  const int64_t first = int64_t(q - radius) * high / low - 1,
                last = (int64_t(q + radius) + 1) * high / low + 1;
  return {first < 0 ? 0 : int(first), last >= high ? high - 1 : int(last)};
}

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    joint_bilateral_backward_kernel(JointBilateralShape s, JointBilateralFactors factors, const float* guide,
                                    const float* log_sum, const Storage* dy, Storage* dx) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads, high = s.high_height * s.high_width;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.input_size(); i += step) {
    const int64_t c = i % s.channels, q = i / s.channels % (s.low_height * s.low_width);
    const int64_t n = i / (s.channels * s.low_height * s.low_width);
    const int q_row = int(q / s.low_width), q_column = int(q % s.low_width);
    const float* image = guide + n * high;
    const float centre = centre_guide(s, image, q_row, q_column);
    const Window rows = users_of(q_row, int(s.low_height), int(s.high_height), int(s.radius));
    const Window columns = users_of(q_column, int(s.low_width), int(s.high_width), int(s.radius));
    float sum = 0;
    for (int row = rows.first; row <= rows.last; ++row) {
      const Window used_rows = window_of(row, int(s.high_height), int(s.low_height), int(s.radius));
      if (q_row < used_rows.first || q_row > used_rows.last) continue;
      for (int column = columns.first; column <= columns.last; ++column) {
        const Window used_columns = window_of(column, int(s.high_width), int(s.low_width), int(s.radius));
        if (q_column < used_columns.first || q_column > used_columns.last) continue;
        const int64_t p = n * high + int64_t(row) * s.high_width + column;
        const JointBilateralPixel pixel(s, factors, row, column, guide[p], [&](int, int) { return centre; });
        sum += __expf(pixel.log_weight(q_row, q_column) - log_sum[p]) * to_float(dy[p * s.channels + c]);
      }
    }
    dx[i] = from_float<Storage>(sum);
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void joint_bilateral_upsample_forward(Cuda cuda, const JointBilateralShape& s, const Storage* x,
                                      const float* guide, Storage* y) {
  if (s.output_size() == 0) return;
  constexpr auto op = "joint_bilateral_upsample_forward";
  const bool staged = cuda::most_staged(s) <= cuda::kMostStaged;
  const size_t shared = staged ? size_t(cuda::most_staged(s)) * sizeof(float) : 0;
  cuda::launch(op, cuda,
               staged ? cuda::joint_bilateral_forward_kernel<true, Storage>
                      : cuda::joint_bilateral_forward_kernel<false, Storage>,
               cuda::joint_bilateral_grid(s), cuda::kBlock * cuda::kBlock, shared, s,
               cuda::joint_bilateral_factors(s), x, guide, y);
}

template <class Storage>
void joint_bilateral_upsample_backward(Cuda cuda, const JointBilateralShape& s, const float* guide,
                                       const Storage* dy, Storage* dx) {
  if (s.input_size() == 0) return;
  constexpr auto op = "joint_bilateral_upsample_backward";
  auto* log_sum = static_cast<float*>(cuda.context->scratch(s.guide_size() * int64_t(sizeof(float))));
  const cuda::JointBilateralFactors factors = cuda::joint_bilateral_factors(s);
  cuda::launch(op, cuda, cuda::joint_bilateral_normalizer_kernel, cuda::joint_bilateral_grid(s),
               cuda::kBlock * cuda::kBlock, 0, s, factors, guide, log_sum);
  cuda::launch(op, cuda, cuda::joint_bilateral_backward_kernel<Storage>,
               cuda::elementwise_blocks(cuda, s.input_size()), cuda::kElementwiseThreads, 0, s, factors,
               guide, log_sum, dy, dx);
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
