// A step of a moving average (kernels/optimizer_controls.h), for the values that a thread has in registers.
#pragma once
#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

template <int width>
__device__ __forceinline__ void follow(float* shadow, const float (&x)[width], float rate) {
  float average[width];
  load_floats(shadow, average);
#pragma unroll
  for (int j = 0; j < width; ++j) average[j] = (1 - rate) * average[j] + rate * x[j];
  store_floats(shadow, average);
}

}  // namespace huegrad::cuda
