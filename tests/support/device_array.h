// Arrays on the CUDA device for tests of kernels. Compiled with or without CUDA; skipped without a device.
#pragma once
#include <cstring>
#include <vector>

#include "core/cuda_device.h"
#include "kernels/float_types.h"

namespace huegrad::test {

template <class T>
class DeviceArray {
 public:
  // Full of bytes 0xFF (NaN), so that what a kernel does not write shows.
  explicit DeviceArray(int64_t size) : DeviceArray(poison(size)) {}
  explicit DeviceArray(const std::vector<T>& values) : size_(int64_t(values.size())) {
    pointer_ = cuda_context().allocate(bytes());
    cuda_context().copy(pointer_, values.data(), bytes(), CudaCopy::to_device);
    cuda_context().synchronize();
  }
  ~DeviceArray() { cuda_context().release(pointer_); }
  DeviceArray(const DeviceArray&) = delete;

  T* data() const { return static_cast<T*>(pointer_); }
  std::vector<T> values() const {
    std::vector<T> values(size_t(size_), T{});
    cuda_context().copy(values.data(), pointer_, bytes(), CudaCopy::to_host);
    cuda_context().synchronize();
    return values;
  }

 private:
  static std::vector<T> poison(int64_t size) {
    std::vector<T> values(size_t(size), T{});
    std::memset(static_cast<void*>(values.data()), 0xff, values.size() * sizeof(T));
    return values;
  }
  int64_t bytes() const { return size_ * int64_t(sizeof(T)); }

  int64_t size_;
  void* pointer_;
};

// How far a stored result may be from the definition, relative to the largest value: half a unit in the last
// place of bfloat16 (2^-9), or a few roundings of float.
template <class Storage>
constexpr double kStorageError = std::is_same_v<Storage, bfloat16> ? 0x1p-8 : 1e-6;

// Values as a storage type holds them, and back.
template <class Storage>
std::vector<Storage> stored(const std::vector<float>& values) {
  std::vector<Storage> result;
  for (float value : values) result.push_back(Storage(value));
  return result;
}
template <class Storage>
std::vector<float> floats(const std::vector<Storage>& values) {
  std::vector<float> result;
  for (Storage value : values) result.push_back(float(value));
  return result;
}
template <class Storage>
std::vector<double> doubles(const std::vector<Storage>& values) {
  const std::vector<float> plain = floats(values);
  return {plain.begin(), plain.end()};
}

}  // namespace huegrad::test
