#include "core/device.h"

#include "core/error.h"
#include "kernels/cuda_context.h"

namespace huegrad {

Device parse_device(std::string_view name) {
  if (name == "auto") return {cuda_unavailable().empty() ? DeviceKind::cuda : DeviceKind::cpu};
  if (name == "cpu") return {DeviceKind::cpu};
  if (name == "reference") return {DeviceKind::reference};
  if (name != "cuda")
    throw Error(ErrorKind::usage, "unknown device", fmt::format("--device {}", name),
                "Use auto, cpu or cuda");
  if (const std::string reason = cuda_unavailable(); !reason.empty())
    throw Error(ErrorKind::environment, reason, "--device cuda", "Use --device cpu or auto");
  return {DeviceKind::cuda};
}

std::string to_string(Device device) {
  switch (device.kind) {
    case DeviceKind::reference:
      return "reference";
    case DeviceKind::cpu:
      return "cpu";
    case DeviceKind::cuda:
      return "cuda";
  }
  return "?";
}

}  // namespace huegrad
