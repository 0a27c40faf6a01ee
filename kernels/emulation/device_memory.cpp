#include "kernels/emulation/device_memory.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

#include "kernels/emulation/call_site.h"
#include "kernels/emulation/device.h"
#include "kernels/emulation/launch.h"
#include "kernels/emulation/one_thread.h"
#include "kernels/emulation/sanitizers.h"
#include "kernels/emulation/streams.h"

namespace emu {
namespace {

constexpr size_t kAlignment = 256;  // as CUDA's

std::map<const char*, size_t> allocations;  // bytes by first address
size_t allocated = 0;                       // bytes

// Ends the program if an access that begins in device memory ends beyond it.
void check_extent(const char* call, const void* pointer, size_t bytes) {
  if (const size_t there = device_bytes_at(pointer); there > 0 && bytes > there)
    fail("%s: %zu bytes at %p, where device memory ends after %zu", call, bytes, pointer, there);
}

void check_copy(const void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  const bool to_device = device_bytes_at(to) > 0, from_device = device_bytes_at(from) > 0;
  if (kind == cudaMemcpyDefault || bytes == 0) return;
  if (to_device != (kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice) ||
      from_device != (kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice))
    fail("cudaMemcpy: direction %d does not fit the pointers (dst is %s, src is %s)", int(kind),
         to_device ? "device" : "host", from_device ? "device" : "host");
  check_extent("cudaMemcpy", to, bytes);
  check_extent("cudaMemcpy", from, bytes);
}

void copy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  check_copy(to, from, bytes, kind);
  const DeviceAccess access;
  if (bytes > 0) std::memmove(to, from, bytes);
}

}  // namespace

size_t device_bytes_at(const void* pointer) {
  const OneThread here;
  const auto* const address = static_cast<const char*>(pointer);
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin()) return 0;
  const auto& [first, bytes] = *--after;
  const auto offset = size_t(address - first);
  return offset < bytes ? bytes - offset : 0;
}

void check_device_pointer(const void* pointer, size_t argument) {
  if (pointer && device_bytes_at(pointer) == 0)
    fail("launch: pointer argument %zu (%p) is not device memory", argument, pointer);
}

DeviceAccess::DeviceAccess() {
  if constexpr (kAddressSanitizer)
    for (const auto& [first, bytes] : allocations) allow(first, bytes);
}
DeviceAccess::~DeviceAccess() {
  if constexpr (kAddressSanitizer)
    for (const auto& [first, bytes] : allocations) forbid(first, bytes);
}

}  // namespace emu

using namespace emu;

extern "C" {

cudaError_t cudaMalloc(void** pointer, size_t bytes) {
  const OneThread here;
  if (capture_forbids()) return remember(cudaErrorStreamCaptureUnsupported);
  if (device_status() != cudaSuccess) return device_status();
  const size_t size = std::max<size_t>(bytes, 1);
  if (size > device_memory_bytes() - allocated || posix_memalign(pointer, kAlignment, size) != 0)
    return remember(cudaErrorMemoryAllocation);
  std::memset(*pointer, 0xff, size);  // NaN: what is read before it was written shows
  allocations[static_cast<const char*>(*pointer)] = size;
  allocated += size;
  forbid(*pointer, size);
  return cudaSuccess;
}

cudaError_t cudaFree(void* pointer) {
  if (!pointer) return cudaSuccess;
  const OneThread here;
  if (capture_forbids()) return remember(cudaErrorStreamCaptureUnsupported);
  drain_all();  // like the real one, waits for the device
  const auto found = allocations.find(static_cast<const char*>(pointer));
  if (found == allocations.end()) return remember(cudaErrorInvalidValue);
  allocated -= found->second;
  allocations.erase(found);
  std::free(pointer);
  return device_status();
}

cudaError_t cudaMallocHost(void** pointer, size_t bytes) {
  *pointer = std::malloc(std::max<size_t>(bytes, 1));
  return *pointer ? cudaSuccess : remember(cudaErrorMemoryAllocation);
}

cudaError_t cudaFreeHost(void* pointer) {
  std::free(pointer);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return enqueue(stream, [=] { copy(to, from, bytes, kind); });
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  return cudaMemcpyAsync(to, from, bytes, kind, nullptr);
}

cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t stream) {
  if (device_bytes_at(to) == 0 && bytes > 0) return remember(cudaErrorInvalidValue);
  return enqueue(stream, [=] {
    check_extent("cudaMemset", to, bytes);
    const DeviceAccess access;
    std::memset(to, value, bytes);
  });
}

cudaError_t cudaMemset(void* to, int value, size_t bytes) {
  return cudaMemsetAsync(to, value, bytes, nullptr);
}

}  // extern "C"
