// Elementwise kernels: 16 bytes a thread and access, float arithmetic whatever the storage type, and a grid
// that fills the card and strides over the rest.
#pragma once
#include <algorithm>
#include <cstdint>

#include "kernels/cuda/device.h"
#include "kernels/float_types.h"

namespace huegrad::cuda {

__device__ __forceinline__ float to_float(float value) { return value; }
__device__ __forceinline__ float to_float(bfloat16 value) {
  return __uint_as_float(static_cast<unsigned>(value.bits) << 16);
}

template <class Storage>
__device__ __forceinline__ Storage from_float(float value);
template <>
__device__ __forceinline__ float from_float<float>(float value) {
  return value;
}
template <>
__device__ __forceinline__ bfloat16 from_float<bfloat16>(float value) {
  bfloat16 result;
  result.bits = __bfloat16_as_ushort(__float2bfloat16_rn(value));
  return result;
}

// 16 bytes of values.
template <class Storage>
struct alignas(16) Pack {
  static constexpr int size = 16 / int(sizeof(Storage));
  Storage values[size];
};

constexpr int kElementwiseThreads = 256;

// Blocks for `items` threads of work: at most eight per multiprocessor, which stride over the rest.
inline unsigned elementwise_blocks(Cuda cuda, int64_t items) {
  const int64_t wanted = (items + kElementwiseThreads - 1) / kElementwiseThreads;
  return unsigned(std::clamp<int64_t>(wanted, 1, int64_t(cuda.context->info().multiprocessors) * 8));
}

}  // namespace huegrad::cuda
