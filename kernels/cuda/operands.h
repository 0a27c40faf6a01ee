// How operands of a matrix product come to be whole 16-byte vectors: arrays that are not (313 colour bins, 21
// classes, addresses in between) are copied into scratch memory with zeros behind the channels of each row.
// Copying a pixel's channels costs a read and a write; a product reads them once for every tile of its other
// side, each time value by value if they stay as they are.
#pragma once
#include <array>

#include "kernels/cuda/channels.h"
#include "kernels/cuda/elementwise.h"

namespace huegrad::cuda {

// Several arrays in one request of scratch memory, which is the same memory for everybody that asks.
template <size_t count>
std::array<char*, count> scratch_arrays(CudaContext& context, const std::array<int64_t, count>& bytes) {
  constexpr int64_t alignment = 256;
  std::array<int64_t, count> offsets;
  int64_t size = 0;
  for (size_t i = 0; i < count; ++i) {
    offsets[i] = size;
    size += (bytes[i] + alignment - 1) / alignment * alignment;
  }
  auto* memory = static_cast<char*>(context.scratch(size));
  std::array<char*, count> arrays;
  for (size_t i = 0; i < count; ++i) arrays[i] = memory + offsets[i];
  return arrays;
}

template <class Storage>
constexpr int64_t whole_vectors(int64_t channels) {
  return (channels + kPack<Storage> - 1) / kPack<Storage> * kPack<Storage>;
}

// (rows, channels) -> (rows, whole_vectors(channels)): packs are written whole, what lies behind the channels
// is zero.
template <class Storage>
__global__ void __launch_bounds__(kChannelThreads)
    widen_rows_kernel(ChannelLayout layout, int64_t channels, const Storage* x, Storage* y) {
  constexpr int width = kPack<Storage>;
  const ChannelPlace place = channel_place<width>(layout);
  if (!place.inside) return;
  for (int64_t row = place.first; row < place.last; row += place.step) {
    Pack<Storage, width> pack;
#pragma unroll
    for (int j = 0; j < width; ++j)
      pack.values[j] =
          place.channel + j < channels ? x[row * channels + place.channel + j] : from_float<Storage>(0.0f);
    store_pack(y + row * layout.channels + place.channel, pack);
  }
}

template <class Storage>
void widen_rows(const char* op, Cuda cuda, int64_t rows, int64_t channels, const Storage* x, Storage* y) {
  const ChannelLayout layout = channel_layout(cuda, rows, whole_vectors<Storage>(channels), kPack<Storage>);
  launch(op, cuda, widen_rows_kernel<Storage>, layout.grid(), kChannelThreads, 0, layout, channels, x, y);
}

// (k, element, c) -> (c, element, k), k widened with zeros to `pitch`: the data gradient sums over the output
// channels. A square of values passes through shared memory, so that a warp reads and writes neighbours.
// Single values are enough: all weights of a layer are a few megabytes, which stay in the L2 cache.
constexpr int kTransposeSquare = 32;

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    transpose_weight_kernel(int out_channels, int elements, int in_channels, int pitch, const Storage* w,
                            Storage* y) {
  SHARED(float, square, [kTransposeSquare][kTransposeSquare + 1]);
  const int first_c = int(blockIdx.x) * kTransposeSquare, first_k = int(blockIdx.y) * kTransposeSquare;
  const int element = int(blockIdx.z), lane = int(threadIdx.x) % kTransposeSquare;
  constexpr int step = kElementwiseThreads / kTransposeSquare;
  for (int i = int(threadIdx.x) / kTransposeSquare; i < kTransposeSquare; i += step)
    if (first_c + lane < in_channels)
      square[i][lane] =
          first_k + i < out_channels
              ? to_float(w[(int64_t(first_k + i) * elements + element) * in_channels + first_c + lane])
              : 0.0f;
  __syncthreads();
  for (int i = int(threadIdx.x) / kTransposeSquare; i < kTransposeSquare; i += step)
    if (first_c + i < in_channels && first_k + lane < pitch)
      y[(int64_t(first_c + i) * elements + element) * pitch + first_k + lane] =
          from_float<Storage>(square[lane][i]);
}

template <class Storage>
void transpose_weight(const char* op, Cuda cuda, int64_t out_channels, int64_t elements, int64_t in_channels,
                      int64_t pitch, const Storage* w, Storage* y) {
  const dim3 grid(unsigned((in_channels + kTransposeSquare - 1) / kTransposeSquare),
                  unsigned((pitch + kTransposeSquare - 1) / kTransposeSquare), unsigned(elements));
  launch(op, cuda, transpose_weight_kernel<Storage>, grid, kElementwiseThreads, 0, out_channels, elements,
         in_channels, pitch, w, y);
}

}  // namespace huegrad::cuda
