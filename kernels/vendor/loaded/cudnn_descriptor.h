// cuDNN's graph API knows one kind of object, a descriptor with attributes that is finalised and then only
// read. This owns one.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kernels/vendor/loaded/cudnn_library.h"

namespace huegrad::vendor {

class Descriptor {
 public:
  explicit Descriptor(cudnnBackendDescriptorType_t type) {
    check_status(cudnn().create_descriptor(type, &descriptor_),
                 "cudnnBackendCreateDescriptor " + std::to_string(type));
  }
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, nullptr)) {}
  ~Descriptor() {
    if (descriptor_) cudnn().destroy_descriptor(descriptor_);
  }

  cudnnBackendDescriptor_t get() const { return descriptor_; }

  template <class T>
  Descriptor& set_all(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                      const std::vector<T>& values) {
    return set_raw(name, type, int64_t(values.size()), values.data());
  }
  template <class T>
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, const T& value) {
    return set_raw(name, type, 1, &value);
  }
  Descriptor& set(cudnnBackendAttributeName_t name, const std::vector<int64_t>& values) {
    return set_all(name, CUDNN_TYPE_INT64, values);
  }
  Descriptor& set_text(cudnnBackendAttributeName_t name, const std::string& text) {
    return set_raw(name, CUDNN_TYPE_CHAR, int64_t(text.size()), text.data());
  }
  Descriptor& set(cudnnBackendAttributeName_t name, const Descriptor& value) {
    return set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, value.descriptor_);
  }
  Descriptor finalize() && {
    check_status(cudnn().finalize(descriptor_), "cudnnBackendFinalize");
    return std::move(*this);
  }
  // For what may be refused: an engine that does not support a graph.
  bool try_finalize() const { return cudnn().finalize(descriptor_) == CUDNN_STATUS_SUCCESS; }

  int64_t get_int(cudnnBackendAttributeName_t name) const {
    int64_t value = 0, count = 0;
    check_status(cudnn().get_attribute(descriptor_, name, CUDNN_TYPE_INT64, 1, &count, &value),
                 "cudnnBackendGetAttribute " + std::to_string(name));
    return value;
  }
  std::string get_text(cudnnBackendAttributeName_t name) const {
    const std::string what = "cudnnBackendGetAttribute " + std::to_string(name);
    int64_t size = 0;
    check_status(cudnn().get_attribute(descriptor_, name, CUDNN_TYPE_CHAR, 0, &size, nullptr), what);
    std::string text(size_t(size), '\0');
    check_status(cudnn().get_attribute(descriptor_, name, CUDNN_TYPE_CHAR, size, &size, text.data()), what);
    return text.substr(0, text.find('\0'));
  }
  // Values of an enumeration, at most sixteen.
  template <class T>
  std::vector<T> get_all(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const {
    std::vector<T> values(16);
    int64_t count = 0;
    check_status(
        cudnn().get_attribute(descriptor_, name, type, int64_t(values.size()), &count, values.data()),
        "cudnnBackendGetAttribute " + std::to_string(name));
    values.resize(size_t(count));
    return values;
  }
  // Descriptors that the library fills in, all of one type.
  std::vector<Descriptor> get_descriptors(cudnnBackendAttributeName_t name,
                                          cudnnBackendDescriptorType_t type) const {
    const std::string what = "cudnnBackendGetAttribute " + std::to_string(name);
    int64_t count = 0;
    check_status(cudnn().get_attribute(descriptor_, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 0, &count, nullptr),
                 what);
    std::vector<Descriptor> found;
    std::vector<cudnnBackendDescriptor_t> pointers;
    for (int64_t i = 0; i < count; ++i) pointers.push_back(found.emplace_back(type).get());
    check_status(cudnn().get_attribute(descriptor_, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, count, &count,
                                       pointers.data()),
                 what);
    while (int64_t(found.size()) > count) found.pop_back();
    return found;
  }

 private:
  Descriptor& set_raw(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t count,
                      const void* values) {
    check_status(cudnn().set_attribute(descriptor_, name, type, count, values),
                 "cudnnBackendSetAttribute " + std::to_string(name));
    return *this;
  }

  cudnnBackendDescriptor_t descriptor_ = nullptr;
};

}  // namespace huegrad::vendor
