#include "core/machine.h"

#include <fmt/core.h>

#include <fstream>

#include "core/cuda_device.h"
#include "kernels/parallel.h"

namespace huegrad {

std::string cpu_model() {
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

std::string machine_name(const Device& device) {
  if (!device.in_host_memory()) return cuda_context().info().name;
  return fmt::format("{}, {} threads", cpu_model(), thread_count());
}

}  // namespace huegrad
