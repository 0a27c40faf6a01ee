#include "core/device.h"

#include "core/error.h"

namespace huegrad {

Device parse_device(std::string_view name) {
  if (name == "auto" || name == "cpu") return {DeviceKind::cpu};
  if (name == "reference") return {DeviceKind::reference};
  if (name == "cuda")
    throw Error(ErrorKind::environment, "this huegrad was built without CUDA", "--device cuda",
                "Use --device cpu or auto");
  throw Error(ErrorKind::usage, "unknown device", fmt::format("--device {}", name), "Use auto or cpu");
}

std::string to_string(Device device) { return device.kind == DeviceKind::reference ? "reference" : "cpu"; }

}  // namespace huegrad
