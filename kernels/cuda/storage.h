// How CUDA kernels read and write values: arithmetic is float whatever the storage type, memory is touched 16
// bytes at a time where addresses and sizes allow.
#pragma once
#include <cstdint>
#include <type_traits>

#include "kernels/cuda/device.h"
#include "kernels/float_types.h"

namespace huegrad::cuda {

__device__ __forceinline__ float to_float(float value) { return value; }
__device__ __forceinline__ float to_float(bfloat16 value) {
  return __uint_as_float(static_cast<unsigned>(value.bits) << 16);
}
__device__ __forceinline__ float to_float(uint8_t value) { return float(value); }

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

// `width` neighbouring values, loaded and stored at once.
template <class Storage, int width>
struct alignas(width * sizeof(Storage)) Pack {
  Storage values[width];
};

template <int width, class Storage>
__device__ __forceinline__ Pack<Storage, width> load_pack(const Storage* x) {
  return *reinterpret_cast<const Pack<Storage, width>*>(x);
}
template <int width, class Storage>
__device__ __forceinline__ void store_pack(Storage* y, const Pack<Storage, width>& pack) {
  *reinterpret_cast<Pack<Storage, width>*>(y) = pack;
}

// The same as floats.
template <int width, class Storage>
__device__ __forceinline__ void load_floats(const Storage* x, float (&values)[width]) {
  const auto pack = load_pack<width>(x);
#pragma unroll
  for (int j = 0; j < width; ++j) values[j] = to_float(pack.values[j]);
}
template <int width, class Storage>
__device__ __forceinline__ void store_floats(Storage* y, const float (&values)[width]) {
  Pack<Storage, width> pack;
#pragma unroll
  for (int j = 0; j < width; ++j) pack.values[j] = from_float<Storage>(values[j]);
  store_pack(y, pack);
}

// Values of a storage type in 16 bytes, what a thread reads or writes at best.
template <class Storage>
constexpr int kPack = 16 / int(sizeof(Storage));

// Whether packs may be used on these arrays, whose pieces (rows, channels) are `extent` values long.
template <int width, class... Storage>
bool packs_fit(int64_t extent, const Storage*... arrays) {
  return extent % width == 0 &&
         ((reinterpret_cast<uintptr_t>(arrays) % (width * sizeof(Storage)) == 0) && ...);
}

}  // namespace huegrad::cuda
