#include "core/tensor.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/allocator.h"
#include "core/autograd.h"
#include "core/dispatch.h"
#include "core/error.h"
#include "kernels/add.h"
#include "kernels/cast.h"

namespace huegrad {
namespace {

std::shared_ptr<CachingAllocator> allocator_of(Device device) {
  return device.in_host_memory() ? unowned(host_allocator()) : CudaMemoryScope::current();
}

// Bytes on a device, returned to the allocator when the last tensor lets go.
class Storage {
 public:
  Storage(int64_t bytes, std::shared_ptr<CachingAllocator> allocator)
      : bytes_(bytes), allocator_(std::move(allocator)), pointer_(allocator_->allocate(bytes)) {}
  ~Storage() { allocator_->release(pointer_, bytes_); }
  Storage(const Storage&) = delete;
  std::byte* data() const { return static_cast<std::byte*>(pointer_); }

 private:
  int64_t bytes_;
  std::shared_ptr<CachingAllocator> allocator_;
  void* pointer_;
};

CudaCopy copy_between(Device from, Device to) {
  if (from.in_host_memory()) return CudaCopy::to_device;
  return to.in_host_memory() ? CudaCopy::to_host : CudaCopy::within_device;
}

// Calls f with a null pointer of the dtype's C++ type.
template <class F>
decltype(auto) with_type(DType dtype, F&& f) {
  switch (dtype) {
    case DType::float64:
      return f(static_cast<double*>(nullptr));
    case DType::bfloat16:
      return f(static_cast<bfloat16*>(nullptr));
    case DType::int32:
      return f(static_cast<int32_t*>(nullptr));
    case DType::uint8:
      return f(static_cast<uint8_t*>(nullptr));
    case DType::float32:
      break;
  }
  return f(static_cast<float*>(nullptr));
}

// The conversions a training step needs are kernels; others go through host memory.
Tensor converted_on_cuda(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype) return x.clone();
  const Tensor y = Tensor::empty(x.shape(), dtype, x.device());
  const Cuda cuda = cuda_backend();
  if (x.dtype() == DType::float32 && dtype == DType::bfloat16)
    cast(cuda, x.size(), x.data<float>(), y.data<bfloat16>());
  else if (x.dtype() == DType::bfloat16 && dtype == DType::float32)
    cast(cuda, x.size(), x.data<bfloat16>(), y.data<float>());
  else if (x.dtype() == DType::uint8 && dtype == DType::float32)
    cast(cuda, x.size(), x.data<uint8_t>(), y.data<float>());
  else
    y.copy_from(x.to(Device{}).to(dtype));
  return y;
}

}  // namespace

struct Tensor::Body {
  std::shared_ptr<Storage> storage;
  int64_t offset;  // bytes
  Shape shape;
  int64_t size;
  DType dtype;
  Device device;
  std::shared_ptr<AutogradState> autograd;
};

Tensor attach(const Tensor& tensor, std::shared_ptr<AutogradState> state) {
  tensor.body_->autograd = std::move(state);
  return tensor;
}

Tensor Tensor::make(const Shape& shape, DType dtype, Device device,
                    std::shared_ptr<CachingAllocator> allocator) {
  const int64_t size = element_count(shape);
  Tensor tensor;
  tensor.body_ =
      std::make_shared<Body>(Body{std::make_shared<Storage>(size * size_of(dtype), std::move(allocator)), 0,
                                  shape, size, dtype, device, nullptr});
  return tensor;
}

Tensor Tensor::empty(const Shape& shape, DType dtype, Device device) {
  return make(shape, dtype, device, allocator_of(device));
}

Tensor Tensor::pinned(const Shape& shape, DType dtype) {
  return make(shape, dtype, {}, unowned(pinned_allocator()));
}

Tensor Tensor::zeros(const Shape& shape, DType dtype, Device device) {
  const Tensor tensor = empty(shape, dtype, device);
  if (device.in_host_memory())
    std::memset(tensor.raw(dtype), 0, size_t(tensor.bytes()));
  else
    cuda_context().set_zero(tensor.raw(dtype), tensor.bytes());
  return tensor;
}

Tensor Tensor::full(const Shape& shape, double value, DType dtype, Device device) {
  const Tensor tensor = empty(shape, dtype, device);
  if (!device.in_host_memory() && is_floating_point(dtype)) {
    dispatch(tensor, [&](auto backend, auto real) {
      fill(backend, tensor.size(), value, tensor.data<decltype(real)>());
    });
    return tensor;
  }
  if (!device.in_host_memory()) return full(shape, value, dtype).to(device);
  with_type(dtype, [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    std::fill_n(tensor.data<T>(), tensor.size(), T(value));
  });
  return tensor;
}

const Shape& Tensor::shape() const { return body_->shape; }
int64_t Tensor::size() const { return body_->size; }
DType Tensor::dtype() const { return body_->dtype; }
Device Tensor::device() const { return body_->device; }

AutogradState* Tensor::autograd() const { return body_->autograd.get(); }

int64_t Tensor::extent(int64_t axis) const {
  const int64_t index = axis < 0 ? axis + rank() : axis;
  check(index >= 0 && index < rank(), "extent", "axis {} of a tensor {}", axis, to_string(shape()));
  return shape()[size_t(index)];
}

void* Tensor::raw(DType expected) const {
  check(defined(), "data", "the tensor is undefined");
  check(expected == dtype(), "data", "{} asked of a {} tensor {}", to_string(expected), to_string(dtype()),
        to_string(shape()));
  return body_->storage->data() + body_->offset;
}

double Tensor::item() const {
  check(size() == 1, "item", "one element wanted, the tensor is {}", to_string(shape()));
  if (!device().in_host_memory()) return to(Device{}).item();
  return with_type(dtype(), [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    if constexpr (std::is_same_v<T, bfloat16>)
      return double(float(*data<T>()));
    else
      return double(*data<T>());
  });
}

Tensor Tensor::view(const Shape& shape, int64_t offset) const {
  Tensor tensor;
  tensor.body_ = std::make_shared<Body>(Body{body_->storage, body_->offset + offset * size_of(dtype()), shape,
                                             element_count(shape), dtype(), device(), nullptr});
  return tensor;
}

Tensor Tensor::reshape(const Shape& new_shape) const {
  check(element_count(new_shape) == size(), "reshape", "{} does not hold the elements of {}",
        to_string(new_shape), to_string(shape()));
  return record(
      "reshape", view(new_shape, 0), {*this},
      [old = shape()](const Tensor& dy, Gradients& gradients) { gradients.add(0, dy.reshape(old)); });
}

Tensor Tensor::narrow(int64_t first, int64_t count) const {
  check(rank() > 0 && first >= 0 && count >= 0 && first + count <= extent(0), "narrow", "[{}, {}) of {}",
        first, first + count, to_string(shape()));
  Shape narrowed = shape();
  narrowed[0] = count;
  return view(narrowed, extent(0) == 0 ? 0 : first * (size() / extent(0)));
}

Tensor Tensor::detach() const { return defined() ? view(shape(), 0) : Tensor(); }

Tensor Tensor::clone() const {
  const Tensor copy = empty_like();
  copy.copy_from(*this);
  return copy;
}

void Tensor::copy_from(const Tensor& other) const {
  check(shape() == other.shape() && dtype() == other.dtype(), "copy_from", "{} {} into {} {}",
        to_string(other.dtype()), to_string(other.shape()), to_string(dtype()), to_string(shape()));
  if (device().in_host_memory() && other.device().in_host_memory()) {
    std::memmove(address(), other.address(), size_t(bytes()));
    return;
  }
  const CudaCopy kind = copy_between(other.device(), device());
  cuda_context().copy(address(), other.address(), bytes(), kind);
  if (kind != CudaCopy::within_device) cuda_context().synchronize();  // the host's bytes are ours only now
}

Tensor Tensor::to(DType new_dtype) const {
  if (!device().in_host_memory()) return converted_on_cuda(*this, new_dtype);
  const Tensor copy = empty(shape(), new_dtype, device());
  with_type(dtype(), [&](auto* from) {
    with_type(new_dtype, [&](auto* into) {
      using From = std::remove_pointer_t<decltype(from)>;
      using To = std::remove_pointer_t<decltype(into)>;
      if constexpr (std::is_same_v<From, To>)
        copy.copy_from(*this);
      else if constexpr (std::is_floating_point_v<From> || std::is_floating_point_v<To>)
        cast(Reference{}, size(), data<From>(), copy.data<To>());
      else
        check(false, "to", "{} to {} is not a conversion", to_string(dtype()), to_string(new_dtype));
    });
  });
  return copy;
}

Tensor Tensor::to(Device new_device) const {
  if (new_device.in_host_memory() == device().in_host_memory()) {
    Tensor tensor = detach();
    tensor.body_->device = new_device;
    return tensor;
  }
  const Tensor copy = empty(shape(), dtype(), new_device);
  copy.copy_from(*this);
  return copy;
}

}  // namespace huegrad
