// The device as a whole, and what can be wrong with it:
//   EMU_DRIVER=none|old           no device; a driver older than the runtime
//   EMU_CAPABILITY=MAJOR          its compute capability (9)
//   EMU_MEMORY=BYTES              how much memory it has (4 GiB)
//   EMU_FAIL=launch:N|kernel:N    the N-th launch is refused; the N-th kernel to run dies, and the device
//   with it
#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>

namespace emu {

// cudaSuccess, or why every call fails: there is no device, or a kernel died on it.
cudaError_t device_status();

// Keeps an error for cudaGetLastError, and returns it.
cudaError_t remember(cudaError_t status);

size_t device_memory_bytes();

// To be asked once for each launch, and once for each kernel that is about to run.
bool launch_is_refused();
bool kernel_dies();  // device_status() says so from then on

}  // namespace emu
