// Resampling along two axes at once: the weights of each axis are made first, a thread an output, and lie in
// scratch memory; then a thread makes a value. It reads its whole window of the input, whose rows its
// neighbours read too, so nothing as large as an image is stored in between.
#pragma once
#include <cstdint>

#include "kernels/cuda/elementwise.h"
#include "kernels/resize_axis.h"

namespace huegrad::cuda {

// Output i takes `count[i]` inputs from `first[i]` on; weight k of it is weights[k * outputs + i].
struct AxisWeights {
  int64_t outputs;
  int32_t *first, *count;
  float* weights;

  static int64_t bytes(int64_t outputs, int64_t most_taps) {
    return outputs * (2 * int64_t(sizeof(int32_t)) + most_taps * int64_t(sizeof(float)));
  }
  __host__ __device__ AxisWeights(void* memory, int64_t axis_outputs)
      : outputs(axis_outputs),
        first(static_cast<int32_t*>(memory)),
        count(first + outputs),
        weights(reinterpret_cast<float*>(count + outputs)) {}

  __device__ void make(const ResizeAxis& axis, int64_t output) const {
    const ResizeTaps taps(axis, output);
    first[output] = int32_t(taps.first);
    count[output] = int32_t(taps.count);
    for (int64_t k = 0; k < taps.count; ++k) weights[k * outputs + output] = float(taps.weight(k));
  }
};

// `count` neighbouring channels of an output pixel, from x[0] on, of an image with `channels` interleaved
// ones. Rounds like the CPU's kernel.
template <int count, class Sample>
__device__ __forceinline__ void resample(const AxisWeights& rows, const AxisWeights& columns, int64_t row,
                                         int64_t column, const Sample* x, int64_t width, int64_t channels,
                                         float (&sums)[count]) {
  const int down = rows.count[row], right = columns.count[column];
  const Sample* corner = x + (rows.first[row] * width + columns.first[column]) * channels;
#pragma unroll
  for (int c = 0; c < count; ++c) sums[c] = 0;
  for (int q = 0; q < right; ++q, corner += channels) {
    float line[count] = {};
    const Sample* from = corner;
    for (int p = 0; p < down; ++p, from += width * channels) {
      const float weight = rows.weights[p * rows.outputs + row];
#pragma unroll
      for (int c = 0; c < count; ++c) line[c] += rounded_product(weight, float(from[c]));
    }
    const float weight = columns.weights[q * columns.outputs + column];
#pragma unroll
    for (int c = 0; c < count; ++c) sums[c] += rounded_product(weight, line[c]);
  }
}

}  // namespace huegrad::cuda
