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

template <int width, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    epilogue_kernel(int64_t size, int64_t channels, Conv2dEpilogue<float> epilogue, Storage* y) {
  for_each_pack<width>(size, [&](int64_t i, auto pack) {
    const int64_t channel = i % channels;
    float values[pack.value];
    load_floats(y + i, values);
#pragma unroll
    for (int j = 0; j < pack.value; ++j) values[j] = apply(epilogue, channel + j, values[j]);
    store_floats(y + i, values);
  });
}

// y (size / channels, channels) is read and written.
template <class Storage>
void apply_epilogue(Cuda cuda, int64_t size, int64_t channels, const Conv2dEpilogue<float>& epilogue,
                    Storage* y) {
  if (is_identity(epilogue)) return;
  constexpr int width = kPack<Storage>;
  const bool fits = packs_fit<width>(channels, y);
  launch("epilogue", cuda, fits ? epilogue_kernel<width, Storage> : epilogue_kernel<1, Storage>,
         pack_blocks(cuda, size, fits ? width : 1), kElementwiseThreads, 0, size, channels, epilogue, y);
}

}  // namespace huegrad::cuda
