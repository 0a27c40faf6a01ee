// What happens to a convolution's sum before it is stored (kernels/conv2d.h): on the device, and as a kernel
// of its own for libraries that cannot fuse it.
#pragma once
#include "kernels/conv2d.h"
#include "kernels/cuda/channels.h"

namespace huegrad::cuda {

__device__ __forceinline__ float apply(const Conv2dEpilogue<float>& epilogue, int64_t channel, float sum) {
  if (epilogue.bias) sum += epilogue.bias[channel];
  if (epilogue.relu) sum = sum > 0 ? sum : 0;
  return epilogue.scale ? sum * epilogue.scale[channel] + epilogue.shift[channel] : sum;
}

// What it does to `width` neighbouring channels, kept in registers: read again for each value, it would take
// longer than y.
template <int width>
class ChannelEpilogue {
 public:
  __device__ __forceinline__ ChannelEpilogue(const Conv2dEpilogue<float>& epilogue, int64_t channel)
      : relu_(epilogue.relu) {
#pragma unroll
    for (int j = 0; j < width; ++j) {
      bias_[j] = epilogue.bias ? epilogue.bias[channel + j] : 0.0f;
      scale_[j] = epilogue.scale ? epilogue.scale[channel + j] : 1.0f;
      shift_[j] = epilogue.scale ? epilogue.shift[channel + j] : 0.0f;
    }
  }
  __device__ __forceinline__ void apply(float (&sums)[width]) const {
#pragma unroll
    for (int j = 0; j < width; ++j) {
      const float sum = sums[j] + bias_[j];
      sums[j] = (relu_ && !(sum > 0) ? 0.0f : sum) * scale_[j] + shift_[j];
    }
  }

 private:
  float bias_[width], scale_[width], shift_[width];
  bool relu_;
};

inline bool is_identity(const Conv2dEpilogue<float>& epilogue) {
  return !epilogue.bias && !epilogue.relu && !epilogue.scale;
}

template <int width, class Storage>
__global__ void __launch_bounds__(kChannelThreads)
    epilogue_kernel(ChannelLayout layout, Conv2dEpilogue<float> epilogue, Storage* y) {
  const ChannelPlace place = channel_place<width>(layout);
  if (!place.inside) return;
  const ChannelEpilogue<width> of_channels(epilogue, place.channel);
  for (int64_t row = place.first; row < place.last; row += place.step) {
    const int64_t index = row * layout.channels + place.channel;
    float values[width];
    load_floats(y + index, values);
    of_channels.apply(values);
    store_floats(y + index, values);
  }
}

// y (rows, channels) is read and written.
template <class Storage>
void apply_epilogue(Cuda cuda, int64_t rows, int64_t channels, const Conv2dEpilogue<float>& epilogue,
                    Storage* y) {
  if (is_identity(epilogue)) return;
  constexpr int width = kPack<Storage>;
  const bool fits = packs_fit<width>(channels, y);
  const ChannelLayout layout = channel_layout(cuda, rows, channels, fits ? width : 1);
  launch("epilogue", cuda, fits ? epilogue_kernel<width, Storage> : epilogue_kernel<1, Storage>,
         layout.grid(), kChannelThreads, 0, layout, epilogue, y);
}

}  // namespace huegrad::cuda
