// A buffer a kernel keeps between calls. Kernels declare it thread_local, so no lock is needed and no caller
// sees it.
#pragma once
#include <hwy/aligned_allocator.h>

#include <cstdint>

namespace huegrad {

class Scratch {
 public:
  // At least `size` floats, aligned for any vector; contents are undefined. Earlier pointers become invalid.
  float* floats(int64_t size) {
    if (size > size_) {
      buffer_.reset();
      buffer_ = hwy::AllocateAligned<float>(size_t(size));
      size_ = size;
    }
    return buffer_.get();
  }

 private:
  hwy::AlignedFreeUniquePtr<float[]> buffer_;
  int64_t size_ = 0;
};

}  // namespace huegrad
