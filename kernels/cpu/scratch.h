// A buffer a kernel keeps between calls. Kernels declare it thread_local, so no lock is needed and no caller
// sees it.
#pragma once
#include <cstdint>
#include <memory>
#include <new>

#include "kernels/forbidden.h"
#include "kernels/host_memory.h"

namespace huegrad {

struct GiveBackHostMemory {
  void operator()(float* pointer) const { give_back_host_memory(pointer); }
};
using AlignedFloats = std::unique_ptr<float[], GiveBackHostMemory>;

// Throws std::bad_alloc when there is no memory.
inline AlignedFloats aligned_floats(int64_t size) {
  auto* floats = static_cast<float*>(take_host_memory(size * int64_t(sizeof(float))));
  if (!floats) throw std::bad_alloc();
  return AlignedFloats(floats);
}

class Scratch {
 public:
  // At least `size` floats, aligned for any vector; contents are undefined. Earlier pointers become invalid.
  // Under AddressSanitizer, touching more than `size` is reported.
  float* floats(int64_t size) {
    if (size + kGuard > size_) {
      buffer_.reset();
      buffer_ = aligned_floats(size + kGuard);
      size_ = size + kGuard;
    }
    allow(buffer_.get(), size_t(size) * sizeof(float));
    forbid(buffer_.get() + size, size_t(size_ - size) * sizeof(float));
    return buffer_.get();
  }

 private:
  static constexpr int64_t kGuard = 16;  // never handed out, so that reading past the end is noticed

  AlignedFloats buffer_;
  int64_t size_ = 0;
};

}  // namespace huegrad
