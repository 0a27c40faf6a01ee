#include "kernels/emulation/launch.h"

#include <map>

#include "kernels/emulation/device.h"
#include "kernels/emulation/device_memory.h"
#include "kernels/emulation/one_thread.h"
#include "kernels/emulation/scheduler.h"
#include "kernels/emulation/streams.h"

namespace emu {
namespace {

// Bytes of shared memory that a block may have on compute capability 9.0: without asking, and at most.
constexpr size_t kSharedBytes = 48 << 10, kLargestSharedBytes = 227 << 10;

std::map<const void*, size_t> allowed_shared;  // of kernels that asked

bool is_possible(dim3 grid, dim3 block) {
  const size_t threads = size_t(block.x) * block.y * block.z;
  return threads > 0 && threads <= 1024 && block.z <= 64 && grid.x > 0 && grid.y > 0 && grid.z > 0 &&
         grid.y <= 65535 && grid.z <= 65535;
}

size_t shared_limit(const void* kernel) {
  const auto found = allowed_shared.find(kernel);
  return found == allowed_shared.end() ? kSharedBytes : found->second;
}

}  // namespace

cudaError_t queue_kernel(const void* kernel, dim3 grid, dim3 block, size_t shared_bytes, cudaStream_t stream,
                         std::function<void()> body) {
  const OneThread here;
  if (!is_possible(grid, block)) return remember(cudaErrorInvalidConfiguration);
  if (shared_bytes > shared_limit(kernel)) return remember(cudaErrorInvalidValue);
  if (launch_is_refused()) return remember(cudaErrorLaunchOutOfResources);
  return enqueue(stream, [=, body = std::move(body)] {
    if (kernel_dies()) return;
    const DeviceAccess access;
    run_grid(grid, block, shared_bytes, body);
  });
}

}  // namespace emu

using namespace emu;

extern "C" cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute attribute, int value) {
  if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize || value < 0 ||
      size_t(value) > kLargestSharedBytes)
    return remember(cudaErrorInvalidValue);
  const OneThread here;
  allowed_shared[kernel] = size_t(value);
  return cudaSuccess;
}
