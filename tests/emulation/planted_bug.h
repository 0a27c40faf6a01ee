// Programs with a bug in them, and the same without it: what the emulation finds, and that it finds nothing
// else.
#pragma once
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "kernels/emulation/cuda_emulation.h"

namespace planted {

// Whether the answer is right, computed with the bug or without it.
using Program = std::function<bool(bool bug)>;
using Programs = std::map<std::string, Program>;

Programs races();
Programs rendezvous();
Programs device_memory();
Programs host_calls();
Programs warpgroups();
Programs vocabulary();  // have no bug

// The stream that all programs work on.
inline cudaStream_t stream() {
  static cudaStream_t made = [] {
    cudaStream_t stream = nullptr;
    cudaStreamCreate(&stream);
    return stream;
  }();
  return made;
}

// Values on the device.
class Values {
 public:
  explicit Values(size_t size) : size_(size) {
    void* pointer = nullptr;
    cudaMalloc(&pointer, size * sizeof(float));
    pointer_ = static_cast<float*>(pointer);
  }
  explicit Values(const std::vector<float>& values) : Values(values.size()) {
    cudaMemcpy(pointer_, values.data(), size_ * sizeof(float), cudaMemcpyHostToDevice);
  }
  ~Values() { cudaFree(pointer_); }
  Values(const Values&) = delete;

  float* data() const { return pointer_; }
  std::vector<float> read() const {
    std::vector<float> values(size_);
    cudaMemcpyAsync(values.data(), pointer_, size_ * sizeof(float), cudaMemcpyDeviceToHost, stream());
    cudaStreamSynchronize(stream());
    return values;
  }

 private:
  size_t size_;
  float* pointer_ = nullptr;
};

// 1, 2, 3, ...
inline std::vector<float> ramp(size_t size) {
  std::vector<float> values(size);
  std::iota(values.begin(), values.end(), 1.0f);
  return values;
}

template <class... P, class... A>
cudaError_t launch(void (*kernel)(P...), unsigned blocks, unsigned threads, size_t shared_bytes,
                   A&&... arguments) {
  return emu::launch(kernel, dim3(blocks), dim3(threads), shared_bytes, stream(),
                     std::forward<A>(arguments)...);
}

}  // namespace planted
