// Images (batch, height, width, channels), a thread a pack of neighbouring channels of one pixel. A row of
// blocks works on one picture at a time, so that 32-bit numbers are enough to find row and column.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>

#include "kernels/cuda/divisor.h"
#include "kernels/cuda/elementwise.h"

namespace huegrad::cuda {

// Blocks that a multiprocessor must be able to hold. Left alone, ptxas squeezes these kernels into 64
// registers for a fourth and spills; several loads of 16 bytes a thread keep memory busy with three.
constexpr int kImageBlocks = 3;

struct ImagePlace {
  int64_t n;
  int row, column, channel;
};

// Place of value `index`, where one division more or less does not count.
__device__ __forceinline__ ImagePlace image_place(int64_t index, int64_t height, int64_t width,
                                                  int64_t channels) {
  const int64_t pixel = index / channels;
  return {pixel / (width * height), int(pixel / width % height), int(pixel % width), int(index % channels)};
}

struct ImageLayout {
  int64_t batch = 0, size = 0;  // values of a picture
  int packs = 0;                // of a picture
  Divisor packs_of_pixel, pixels_of_row;
  dim3 grid;
};

inline ImageLayout image_layout(const char* op, Cuda cuda, int64_t batch, int64_t height, int64_t width,
                                int64_t channels, int pack) {
  constexpr int64_t most_packs = int64_t(1) << 30, most_rows_of_blocks = 65535;
  const int64_t packs = height * width * (channels / pack);
  if (packs > most_packs)
    throw CudaError("[" + std::string(op) + "] a picture of " + std::to_string(height) + "x" +
                    std::to_string(width) + "x" + std::to_string(channels) +
                    ", the CUDA kernel takes 2^30 values at most");
  const int64_t pictures = std::min(batch, most_rows_of_blocks);
  const int64_t wanted = (packs + kElementwiseThreads - 1) / kElementwiseThreads;
  const int64_t share = int64_t(cuda.context->info().multiprocessors) * 8 / pictures + 1;
  return {batch,          height * width * channels,
          int(packs),     Divisor(channels / pack),
          Divisor(width), dim3(unsigned(std::min(wanted, share)), unsigned(pictures))};
}

// Calls visit(place, index of the place's first value) for every pack of this thread.
template <int pack, class Visit>
__device__ __forceinline__ void for_each_place(const ImageLayout& layout, const Visit& visit) {
  const int first = int(blockIdx.x) * kElementwiseThreads + int(threadIdx.x),
            step = int(gridDim.x) * kElementwiseThreads;
  for (int64_t n = blockIdx.y; n < layout.batch; n += gridDim.y)
    for (int i = first; i < layout.packs; i += step) {
      const int pixel = layout.packs_of_pixel.quotient(i), row = layout.pixels_of_row.quotient(pixel);
      visit(ImagePlace{n, row, layout.pixels_of_row.remainder(pixel, row),
                       layout.packs_of_pixel.remainder(i, pixel) * pack},
            n * layout.size + int64_t(i) * pack);
    }
}

// Launches one of two versions of a kernel over images of so many channels: packs of 16 bytes where they fit,
// or value by value.
template <int pack, class... P, class... A>
void launch_over_images(const char* op, Cuda cuda, bool fits, void (*by_packs)(ImageLayout, P...),
                        void (*by_values)(ImageLayout, P...), int64_t batch, int64_t height, int64_t width,
                        int64_t channels, A... arguments) {
  if (batch * height * width * channels == 0) return;
  const ImageLayout layout = image_layout(op, cuda, batch, height, width, channels, fits ? pack : 1);
  launch(op, cuda, fits ? by_packs : by_values, layout.grid, kElementwiseThreads, 0, layout, arguments...);
}

}  // namespace huegrad::cuda
