// Convolutions of 3x3 kernels over images of one channel, the network's first: as a matrix product its depth
// would be nine, most of a tensor core's tile empty, and writing y (or reading dy) alone takes longer than
// the products on the ordinary units. So a thread has one pack of output channels, keeps their nine weights
// (or sums) in registers and goes along rows of the picture, kNarrowStrip pixels at a time, each read where
// it lies.
#pragma once
#include <algorithm>

#include "kernels/cuda/channels.h"
#include "kernels/cuda/epilogue.h"

namespace huegrad::cuda::narrow {

constexpr int kTaps = 9, kNarrowStrip = 2, kNarrowThreads = 256, kNarrowResident = 2;

// y: the output, or its gradient.
template <class Storage>
bool suits(const Conv2dShape& s, const Storage* y) {
  constexpr int width = kPack<Storage>;
  constexpr int64_t kMostExtent = int64_t(1) << 30;  // indices within a picture are ints
  return s.in_channels == 1 && s.kernel_height == 3 && s.kernel_width == 3 && s.stride == 1 &&
         s.dilation == 1 && packs_fit<width>(s.out_channels, y) && s.out_channels / width <= kNarrowThreads &&
         s.padding <= s.in_height * s.in_width && s.in_height * s.in_width < kMostExtent;
}

// What one thread works on: strips first, first + step, ... of every row, of channels [channel, channel +
// width).
struct Place {
  int channel, first, step;
  bool inside;
};
template <int width>
__device__ __forceinline__ Place place(const Conv2dShape& s) {
  const int groups = int(s.out_channels) / width, lanes = kNarrowThreads / groups;
  const int lane = int(threadIdx.x) / groups;
  return {int(threadIdx.x) % groups * width, lane, lanes, lane < lanes};
}

// The pixels that a strip of outputs sees, zeros beyond the picture.
struct Window {
  float values[3][kNarrowStrip + 2];

  // top, left: where it begins.
  template <class Storage>
  __device__ __forceinline__ void load(const Storage* picture, int height, int width, int top, int left) {
#pragma unroll
    for (int i = 0; i < 3; ++i) {
      const int y = top + i;
      const bool has_row = unsigned(y) < unsigned(height);
#pragma unroll
      for (int j = 0; j < kNarrowStrip + 2; ++j) {
        const int x = left + j;
        const bool inside = has_row && unsigned(x) < unsigned(width);
        values[i][j] = inside ? to_float(picture[y * width + x]) : 0.0f;
      }
    }
  }
};

// Calls visit(window, the strip's first pixel in y, how many it has) for every strip that is the thread's.
template <class Storage, class Visit>
__device__ __forceinline__ void for_each_strip(const Conv2dShape& s, const Place& place, const Storage* x,
                                               const Visit& visit) {
  const int in_height = int(s.in_height), in_width = int(s.in_width), padding = int(s.padding);
  const int64_t out_height = s.out_height(), rows = s.batch * out_height;
  const int out_width = int(s.out_width());
  for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
    const int64_t image = row / out_height;
    const Storage* picture = x + image * s.in_height * s.in_width;
    const int top = int(row - image * out_height) - padding;
    for (int column = place.first * kNarrowStrip; column < out_width; column += place.step * kNarrowStrip) {
      Window window;
      window.load(picture, in_height, in_width, top, column - padding);
      visit(window, row * out_width + column, min(out_width - column, kNarrowStrip));
    }
  }
}

template <class Storage>
__global__ void __launch_bounds__(kNarrowThreads, kNarrowResident)
    narrow_forward_kernel(Conv2dShape s, const Storage* x, const Storage* w, Conv2dEpilogue<float> epilogue,
                          Storage* y) {
  constexpr int width = kPack<Storage>;
  const Place here = place<width>(s);
  if (!here.inside) return;
  float weights[kTaps][width], bias[width];
#pragma unroll
  for (int j = 0; j < width; ++j) {
    bias[j] = epilogue.bias ? epilogue.bias[here.channel + j] : 0.0f;
#pragma unroll
    for (int tap = 0; tap < kTaps; ++tap) weights[tap][j] = to_float(w[(here.channel + j) * kTaps + tap]);
  }
  epilogue.bias = nullptr;  // what is left to do
  for_each_strip(s, here, x, [&](const Window& window, int64_t first, int count) {
#pragma unroll
    for (int pixel = 0; pixel < kNarrowStrip; ++pixel) {
      if (pixel >= count) return;
      float sums[width];
#pragma unroll
      for (int j = 0; j < width; ++j) sums[j] = bias[j];
#pragma unroll
      for (int tap = 0; tap < kTaps; ++tap)
#pragma unroll
        for (int j = 0; j < width; ++j)
          sums[j] = fmaf(window.values[tap / 3][pixel + tap % 3], weights[tap][j], sums[j]);
#pragma unroll
      for (int j = 0; j < width; ++j) sums[j] = apply(epilogue, here.channel + j, sums[j]);
      store_floats(y + (first + pixel) * s.out_channels + here.channel, sums);
    }
  });
}

// partial (blocks, out_channels, 9): what the block's rows bring, summed from the first thread to the last.
template <class Storage>
__global__ void __launch_bounds__(kNarrowThreads, kNarrowResident)
    narrow_weight_kernel(Conv2dShape s, const Storage* x, const Storage* dy, double* partial) {
  constexpr int width = kPack<Storage>;
  const Place here = place<width>(s);
  float sums[kTaps][width] = {};
  if (here.inside)
    for_each_strip(s, here, x, [&](const Window& window, int64_t first, int count) {
#pragma unroll
      for (int pixel = 0; pixel < kNarrowStrip; ++pixel) {
        if (pixel >= count) return;
        float gradient[width];
        load_floats(dy + (first + pixel) * s.out_channels + here.channel, gradient);
#pragma unroll
        for (int tap = 0; tap < kTaps; ++tap)
#pragma unroll
          for (int j = 0; j < width; ++j)
            sums[tap][j] = fmaf(window.values[tap / 3][pixel + tap % 3], gradient[j], sums[tap][j]);
      }
    });

  SHARED(float, shared, [width][kNarrowThreads]);
  const int channels = int(s.out_channels), groups = channels / width;
  const int lanes = kNarrowThreads / groups;
#pragma unroll
  for (int tap = 0; tap < kTaps; ++tap) {
#pragma unroll
    for (int j = 0; j < width; ++j) shared[j][threadIdx.x] = sums[tap][j];
    __syncthreads();
    for (int channel = int(threadIdx.x); channel < channels; channel += kNarrowThreads) {
      double sum = 0;
      for (int lane = 0; lane < lanes; ++lane)
        sum += double(shared[channel % width][lane * groups + channel / width]);
      partial[(int64_t(blockIdx.x) * channels + channel) * kTaps + tap] = sum;
    }
    __syncthreads();
  }
}

// A block works on one row after the other.
inline unsigned blocks(Cuda cuda, const Conv2dShape& s) {
  const int64_t resident = int64_t(cuda.context->info().multiprocessors) * kNarrowResident;
  return unsigned(std::clamp<int64_t>(s.batch * s.out_height(), 1, resident));
}

template <class Storage>
void forward(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* w,
             const Conv2dEpilogue<float>& epilogue, Storage* y) {
  launch("conv2d_forward", cuda, narrow_forward_kernel<Storage>, blocks(cuda, s), kNarrowThreads, 0, s, x, w,
         epilogue, y);
}

template <class Storage>
void backward_weight(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* dy, float* dw) {
  const unsigned slices = blocks(cuda, s);
  auto* partial = static_cast<double*>(
      cuda.context->scratch(int64_t(slices) * s.weight_size() * int64_t(sizeof(double))));
  launch("conv2d_backward_weight", cuda, narrow_weight_kernel<Storage>, slices, kNarrowThreads, 0, s, x, dy,
         partial);
  finish_channel_sums<1>("conv2d_backward_weight", cuda, slices, s.weight_size(), partial, StoreSum{dw});
}

}  // namespace huegrad::cuda::narrow
