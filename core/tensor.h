// Tensor: a dense, row-major array with shared storage, and a place on the autograd tape.
//
// Copying a Tensor copies the handle; both see the same numbers. Nothing is converted, moved between devices
// or cloned unless a call says so.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "core/device.h"
#include "core/dtype.h"
#include "core/shape.h"

namespace huegrad {

struct AutogradState;    // core/autograd.h
class CachingAllocator;  // core/allocator.h

class Tensor {
 public:
  Tensor() = default;  // undefined; defined() is false

  static Tensor empty(const Shape& shape, DType dtype = DType::float32, Device device = {});
  static Tensor zeros(const Shape& shape, DType dtype = DType::float32, Device device = {});
  static Tensor full(const Shape& shape, double value, DType dtype = DType::float32, Device device = {});
  // In host memory that the CUDA device copies to and from while the host goes on; needs a CUDA device.
  static Tensor pinned(const Shape& shape, DType dtype = DType::float32);
  template <class T>
  static Tensor from(const std::vector<T>& values, const Shape& shape, Device device = {});
  Tensor empty_like() const { return empty(shape(), dtype(), device()); }

  bool defined() const { return body_ != nullptr; }
  const Shape& shape() const;
  int64_t rank() const { return int64_t(shape().size()); }
  int64_t extent(int64_t axis) const;  // negative axes count from the end
  int64_t size() const;                // number of elements
  int64_t bytes() const { return size() * size_of(dtype()); }
  DType dtype() const;
  Device device() const;

  // The elements, where the device is; T must be the dtype's type. Constness of a handle does not protect the
  // numbers. Only kernels touch those of a CUDA tensor.
  template <class T>
  T* data() const {
    return static_cast<T*>(raw(dtype_of<T>));
  }
  void* address() const { return raw(dtype()); }  // the same, of any type
  template <class T>
  std::vector<T> values() const {  // a copy in host memory; waits for the device
    const Tensor host = to(Device{});
    return std::vector<T>(host.data<T>(), host.data<T>() + size());
  }
  double item() const;  // the value of a tensor of one element, any dtype; waits for the device

  // Views: share storage. reshape is recorded on the tape; narrow (entries [first, first+count) of the
  // outermost axis) and detach (same numbers, off the tape) are not.
  Tensor reshape(const Shape& shape) const;
  Tensor narrow(int64_t first, int64_t count) const;
  Tensor detach() const;

  Tensor clone() const;            // own storage, off the tape
  Tensor to(DType dtype) const;    // converted copy, off the tape
  Tensor to(Device device) const;  // the same numbers where `device` can compute on them, off the tape:
                                   // shared within host memory, otherwise copied
  void copy_from(const Tensor& other) const;  // overwrites the elements; same shape and dtype, any devices

  // Autograd (core/autograd.h).
  bool requires_grad() const;
  const Tensor& set_requires_grad(bool requires_grad = true) const;
  Tensor grad() const;  // undefined before backward()
  void zero_grad() const;
  void backward() const;  // of a tensor with one element
  AutogradState* autograd() const;

 private:
  struct Body;
  friend Tensor attach(const Tensor& tensor, std::shared_ptr<AutogradState> state);
  static Tensor make(const Shape& shape, DType dtype, Device device,
                     std::shared_ptr<CachingAllocator> allocator);
  void* raw(DType expected) const;
  Tensor view(const Shape& shape, int64_t offset) const;

  std::shared_ptr<Body> body_;
};

template <class T>
Tensor Tensor::from(const std::vector<T>& values, const Shape& shape, Device device) {
  Tensor tensor = empty(shape, dtype_of<T>);
  if (int64_t(values.size()) != tensor.size()) element_count({int64_t(values.size()), -1});
  std::copy(values.begin(), values.end(), tensor.data<T>());
  return tensor.to(device);
}

}  // namespace huegrad
