// The rates that roofline shares are shares of, and by whom they are reached.
#pragma once
#include <string>

namespace huegrad::bench {

// JSON: for the CPU and, where there is one, the CUDA device, bytes copied per second and operations per
// second in products of matrices; on CUDA in every precision, by NVIDIA's library and by our kernel.
std::string ceilings_as_json();

}  // namespace huegrad::bench
