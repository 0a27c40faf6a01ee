// Where tensors live and who computes on them.
#pragma once
#include <string>
#include <string_view>

namespace huegrad {

enum class DeviceKind {
  reference,  // host memory, the plain definitions of kernels/reference: slow, for tests and teaching
  cpu,        // host memory, SIMD and threads
  cuda,       // the memory of the first CUDA device and its kernels
};

struct Device {
  DeviceKind kind = DeviceKind::cpu;
  bool in_host_memory() const { return kind != DeviceKind::cuda; }
  bool operator==(const Device&) const = default;
};

// "auto" (cuda where there is one, otherwise cpu), "cpu", "cuda" or "reference". Throws Error(environment)
// for a device that this build or machine does not have, saying why; Error(usage) for any other word.
Device parse_device(std::string_view name);
std::string to_string(Device device);

}  // namespace huegrad
