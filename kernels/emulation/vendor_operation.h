// What the stand-ins of NVIDIA's libraries are made of: work of the host's own, done in stream order.
#pragma once
#include <cuda_runtime_api.h>

#include <bit>
#include <cstdlib>
#include <functional>
#include <string_view>

namespace emu {

// Queues host code that may touch device memory.
void enqueue_host_op(cudaStream_t stream, std::function<void()> op);
// Ends the program with a message unless this is device memory.
void check_device_pointer(const void* p, size_t argument);

// What the stand-ins pretend, from EMU_LIBRARIES: "open", all is well; "closed", neither opens, as under a
// driver that is too old; "planless", cuDNN has an engine for nothing. Where it is set, `automatic` asks
// them.
inline std::string_view pretended() {
  const char* value = std::getenv("EMU_LIBRARIES");
  return value ? value : "";
}

// The nearest number with TF32's ten bits of mantissa, as the libraries' tensor cores see a float.
inline float rounded_to_tf32(float x) {
  return std::bit_cast<float>((std::bit_cast<unsigned>(x) + 0x1000u) & ~0x1fffu);
}

}  // namespace emu
