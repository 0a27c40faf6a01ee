#include "kernels/emulation/device.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include "kernels/emulation/call_site.h"

namespace emu {
namespace {

std::string setting(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

size_t number(const char* name, const std::string& text) {
  size_t end = 0;
  const size_t value = text.find_first_not_of("0123456789") == text.npos ? std::stoull("0" + text, &end) : 0;
  if (value == 0) fail("%s=%s: expected a number", name, text.c_str());
  return value;
}

cudaError_t driver_status() {
  const std::string driver = setting("EMU_DRIVER");
  if (driver == "none") return cudaErrorNoDevice;
  if (driver == "old") return cudaErrorInsufficientDriver;
  if (!driver.empty()) fail("EMU_DRIVER=%s is none of none, old", driver.c_str());
  return cudaSuccess;
}

// Counts events, up to the one that EMU_FAIL=KIND:N names.
class Countdown {
 public:
  explicit Countdown(const std::string& kind) {
    const std::string wanted = setting("EMU_FAIL");
    if (wanted.starts_with(kind + ":")) left_ = number("EMU_FAIL", wanted.substr(kind.size() + 1));
  }
  bool is_now() { return left_ > 0 && --left_ == 0; }

 private:
  size_t left_ = 0;
};

const size_t memory =
    setting("EMU_MEMORY").empty() ? size_t(4) << 30 : number("EMU_MEMORY", setting("EMU_MEMORY"));
cudaError_t status = driver_status();
cudaError_t last = cudaSuccess;
Countdown refused_launch("launch"), dying_kernel("kernel");

}  // namespace

cudaError_t device_status() { return status; }
cudaError_t remember(cudaError_t error) { return last = error; }
size_t device_memory_bytes() { return memory; }
bool launch_is_refused() { return refused_launch.is_now(); }
bool kernel_dies() {
  if (dying_kernel.is_now()) status = last = cudaErrorIllegalAddress;
  return status != cudaSuccess;
}

}  // namespace emu

using namespace emu;

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  *count = device_status() == cudaSuccess;
  return device_status();
}

cudaError_t cudaSetDevice(int device) {
  if (device_status() != cudaSuccess) return device_status();
  return device == 0 ? cudaSuccess : remember(cudaErrorInvalidDevice);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {};
  std::strcpy(properties->name, "cuda_emu (CPU fibers)");
  properties->major =
      setting("EMU_CAPABILITY").empty() ? 9 : int(number("EMU_CAPABILITY", setting("EMU_CAPABILITY")));
  properties->multiProcessorCount = 4;
  properties->warpSize = 32;
  properties->maxThreadsPerBlock = 1024;
  properties->sharedMemPerBlock = 48 << 10;
  properties->sharedMemPerBlockOptin = 227 << 10;
  properties->totalGlobalMem = device_memory_bytes();
  return device_status();
}

// Forgets the error, unless it is the device's.
cudaError_t cudaGetLastError() {
  const cudaError_t error = last;
  last = device_status();
  return error;
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "no error";
    case cudaErrorInvalidValue:
      return "invalid argument";
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorInvalidConfiguration:
      return "invalid configuration argument";
    case cudaErrorInsufficientDriver:
      return "CUDA driver version is insufficient for CUDA runtime version";
    case cudaErrorNoDevice:
      return "no CUDA-capable device is detected";
    case cudaErrorInvalidDevice:
      return "invalid device ordinal";
    case cudaErrorIllegalAddress:
      return "an illegal memory access was encountered";
    case cudaErrorLaunchOutOfResources:
      return "too many resources requested for launch";
    case cudaErrorStreamCaptureUnsupported:
      return "operation not permitted when stream is capturing";
    default:
      return "unknown error";
  }
}

}  // extern "C"
