// Where tensors live and who computes on them.
#pragma once
#include <string>
#include <string_view>

namespace huegrad {

enum class DeviceKind {
  reference,  // host memory, the plain definitions of kernels/reference: slow, for tests and teaching
  cpu,        // host memory, SIMD and threads
};

struct Device {
  DeviceKind kind = DeviceKind::cpu;
  bool operator==(const Device&) const = default;
};

// "auto", "cpu" or "reference". Throws Error(environment) for a device this build or machine does not have,
// Error(usage) for any other word.
Device parse_device(std::string_view name);
std::string to_string(Device device);

}  // namespace huegrad
