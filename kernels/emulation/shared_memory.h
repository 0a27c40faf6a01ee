// Shared memory of the block in flight: heap buffers of exactly the size asked for, full of bytes 0xFF (NaN)
// when a block starts. So the address sanitizer sees their ends, which it does not of a static in a template;
// the thread sanitizer sees new memory in every block; and what nobody wrote shows.
#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>

namespace emu {

void* dynamic_shared_base();
// The block's buffer for this declaration; the first thread to come makes it.
void* shared_slot(const void* declaration, size_t bytes, size_t alignment);

template <class T>
struct SharedArray {
  T value;
};

}  // namespace emu

// SHARED(float, tile, [16][17]) is __shared__ float tile[16][17].
#define SHARED(type, name, ...)                                                                    \
  static const char name##_declaration_ = 0;                                                       \
  using name##_type_ =                                                                             \
      std::remove_reference_t<decltype(std::declval<emu::SharedArray<type __VA_ARGS__>>().value)>; \
  name##_type_& name = *static_cast<name##_type_*>(                                                \
      emu::shared_slot(&name##_declaration_, sizeof(name##_type_), alignof(type)))

template <class T>
T* dynamic_shared() {
  return static_cast<T*>(emu::dynamic_shared_base());
}
