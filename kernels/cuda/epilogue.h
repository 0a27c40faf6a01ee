// What happens to a convolution's sum before it is stored (kernels/conv2d.h): on the device, and as a kernel
// of its own for libraries that cannot fuse it.
#pragma once
#include "kernels/conv2d.h"
#include "kernels/cuda/elementwise.h"

namespace huegrad::cuda {

__device__ __forceinline__ float apply(const Conv2dEpilogue<float>& epilogue, int64_t channel, float sum) {
  if (epilogue.bias) sum += epilogue.bias[channel];
  if (epilogue.relu) sum = sum > 0 ? sum : 0;
  return epilogue.scale ? sum * epilogue.scale[channel] + epilogue.shift[channel] : sum;
}

inline bool is_identity(const Conv2dEpilogue<float>& epilogue) {
  return !epilogue.bias && !epilogue.relu && !epilogue.scale;
}

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    epilogue_kernel(int64_t size, int64_t channels, Conv2dEpilogue<float> epilogue, Storage* y) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < size; i += step)
    y[i] = from_float<Storage>(apply(epilogue, i % channels, to_float(y[i])));
}

// y (size / channels, channels) is read and written.
template <class Storage>
void apply_epilogue(Cuda cuda, int64_t size, int64_t channels, const Conv2dEpilogue<float>& epilogue,
                    Storage* y) {
  if (!is_identity(epilogue))
    launch("epilogue", cuda, epilogue_kernel<Storage>, elementwise_blocks(cuda, size), kElementwiseThreads, 0,
           size, channels, epilogue, y);
}

}  // namespace huegrad::cuda
