// Atomics. One thread runs at a time, but they are the compiler's, so that the thread sanitizer knows them.
#pragma once
#include <bit>
#include <cstdint>
#include <type_traits>

namespace emu {

// Replaces *place by update(*place); returns what was there.
template <class T, class Update>
T atomic_update(T* place, const Update& update) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  using Bits = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
  auto* bits = reinterpret_cast<Bits*>(place);
  Bits old = __atomic_load_n(bits, __ATOMIC_RELAXED), next;
  do next = std::bit_cast<Bits>(static_cast<T>(update(std::bit_cast<T>(old))));
  while (!__atomic_compare_exchange_n(bits, &old, next, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return std::bit_cast<T>(old);
}

}  // namespace emu

template <class T>
T atomicAdd(T* place, std::type_identity_t<T> value) {
  return emu::atomic_update(place, [=](T old) { return old + value; });
}
template <class T>
T atomicMax(T* place, std::type_identity_t<T> value) {
  return emu::atomic_update(place, [=](T old) { return old > value ? old : value; });
}
template <class T>
T atomicMin(T* place, std::type_identity_t<T> value) {
  return emu::atomic_update(place, [=](T old) { return old < value ? old : value; });
}
template <class T>
T atomicExch(T* place, std::type_identity_t<T> value) {
  return emu::atomic_update(place, [=](T) { return value; });
}
template <class T>
T atomicCAS(T* place, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  return emu::atomic_update(place, [=](T old) { return old == expected ? value : old; });
}

// Beside the sum or the value, these order what threads of different blocks do (kernels/cuda/device.h).
inline void release_add(int* place, int value) { __atomic_fetch_add(place, value, __ATOMIC_RELEASE); }
inline int acquire_load(const int* place) { return __atomic_load_n(place, __ATOMIC_ACQUIRE); }
