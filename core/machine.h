// What computes, in words: for figures that mean nothing without it.
#pragma once
#include <string>

#include "core/device.h"

namespace huegrad {

// As the kernel names it; "unknown" where it does not tell.
std::string cpu_model();

// "Intel(R) Xeon(R) Processor, 2 threads"; "NVIDIA H100 80GB HBM3"
std::string machine_name(const Device& device);

}  // namespace huegrad
