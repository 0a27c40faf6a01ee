#include "kernels/cuda/context.h"

#include <algorithm>

#include "kernels/cuda/check.h"
#include "kernels/vendor/cublas_handle.h"
#include "kernels/vendor/cudnn_plans.h"

namespace huegrad {
namespace cuda {

namespace {

// Of the device that a context was made for, for messages: once it has failed, it cannot be asked.
std::string& device_name() {
  static std::string name;
  return name;
}

}  // namespace

void check_status(cudaError_t status, const std::string& what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // so that the next call does not report this one again
  const std::string device = device_name().empty() ? "" : " (" + device_name() + ")";
  const bool is_of_a_kernel = status == cudaErrorIllegalAddress || status == cudaErrorMisalignedAddress ||
                              status == cudaErrorLaunchFailure || status == cudaErrorLaunchTimeout;
  throw CudaError("[" + what + "] " + cudaGetErrorString(status) + device +
                  (is_of_a_kernel ? " by a kernel queued earlier. CUDA_LAUNCH_BLOCKING=1 tells which" : ""));
}

void queue_copy(void* to, const void* from, int64_t bytes, CudaCopy kind, cudaStream_t stream) {
  const cudaMemcpyKind runtime_kind = kind == CudaCopy::to_device ? cudaMemcpyHostToDevice
                                      : kind == CudaCopy::to_host ? cudaMemcpyDeviceToHost
                                                                  : cudaMemcpyDeviceToDevice;
  check_status(cudaMemcpyAsync(to, from, size_t(bytes), runtime_kind, stream),
               "cudaMemcpyAsync of " + std::to_string(bytes) + " bytes");
}

}  // namespace cuda

namespace {

constexpr int kLeastMajor = 8;  // kernels/cuda.cmake compiles for it and later ones

cudaDeviceProp properties_of_first_device() {
  cudaDeviceProp properties;
  cuda::check_status(cudaGetDeviceProperties(&properties, 0), "cudaGetDeviceProperties");
  return properties;
}

CudaDeviceInfo info_of(const cudaDeviceProp& properties) {
  return {properties.name, properties.major, properties.minor, properties.multiProcessorCount,
          int64_t(properties.totalGlobalMem)};
}

// Memory may be taken and given back while this thread captures a graph: it is no part of the graph.
class AllowedInCapture {
 public:
  AllowedInCapture() {
    cuda::check_status(cudaThreadExchangeStreamCaptureMode(&mode_), "cudaThreadExchangeStreamCaptureMode");
  }
  ~AllowedInCapture() { cudaThreadExchangeStreamCaptureMode(&mode_); }
  AllowedInCapture(const AllowedInCapture&) = delete;

 private:
  cudaStreamCaptureMode mode_ = cudaStreamCaptureModeRelaxed;
};

// What `call` takes; null when there is not enough.
void* memory_or_null(cudaError_t (*call)(void**, size_t), const char* name, int64_t bytes) {
  const AllowedInCapture allowed;
  void* pointer = nullptr;
  const cudaError_t status = call(&pointer, size_t(bytes));
  if (status == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    return nullptr;
  }
  cuda::check_status(status, std::string(name) + " of " + std::to_string(bytes) + " bytes");
  return pointer;
}

}  // namespace

bool cuda_is_built() { return true; }

std::string cuda_unavailable() {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status == cudaErrorInsufficientDriver)
    return "no NVIDIA driver, or one too old for this huegrad's CUDA runtime";
  if (status != cudaSuccess) return cudaGetErrorString(status);
  if (devices == 0) return "no CUDA device";
  const CudaDeviceInfo device = info_of(properties_of_first_device());
  if (device.major >= kLeastMajor) return "";
  return device.name + " has compute capability " + std::to_string(device.major) + "." +
         std::to_string(device.minor) + ", " + std::to_string(kLeastMajor) + ".0 is the least";
}

CudaContext::CudaContext() : body_(std::make_unique<Body>()) {
  cuda::check_status(cudaSetDevice(0), "cudaSetDevice");
  const cudaDeviceProp properties = properties_of_first_device();
  body_->info = info_of(properties);
  body_->block_shared_bytes = int64_t(properties.sharedMemPerBlockOptin);
  cuda::device_name() = body_->info.name;
  cuda::check_status(cudaStreamCreateWithFlags(&body_->stream, cudaStreamNonBlocking), "cudaStreamCreate");
}

CudaContext::~CudaContext() {
  cudaStreamSynchronize(body_->stream);
  body_->cublas.connection.reset();  // before the stream that they work on
  body_->cudnn.connection.reset();
  for (void* scratch : body_->outgrown_scratch) cudaFree(scratch);
  cudaFree(body_->scratch);
  cudaStreamDestroy(body_->stream);
}

const CudaDeviceInfo& CudaContext::info() const { return body_->info; }
CUstream_st* CudaContext::stream() const { return body_->stream; }

void* CudaContext::allocate(int64_t bytes) { return memory_or_null(cudaMalloc, "cudaMalloc", bytes); }

void CudaContext::release(void* pointer) {
  const AllowedInCapture allowed;
  cuda::check_status(cudaFree(pointer), "cudaFree");
}

void* CudaContext::scratch(int64_t bytes) {
  if (bytes <= body_->scratch_bytes) return body_->scratch;
  // Doubled, so that what was outgrown is never more than what is in use.
  const int64_t size = std::max(bytes, 2 * body_->scratch_bytes);
  void* grown = allocate(size);
  if (!grown && give_back_cached) {
    give_back_cached();
    grown = allocate(size);
  }
  if (!grown)
    throw CudaError("out of CUDA memory for " + std::to_string(size) +
                    " bytes of scratch. Use a smaller --batch or --size");
  if (body_->scratch) body_->outgrown_scratch.push_back(body_->scratch);
  body_->scratch = grown;
  body_->scratch_bytes = size;
  return grown;
}

void* CudaContext::allocate_host(int64_t bytes) {
  return memory_or_null(cudaMallocHost, "cudaMallocHost", bytes);
}

void CudaContext::release_host(void* pointer) {
  const AllowedInCapture allowed;
  cuda::check_status(cudaFreeHost(pointer), "cudaFreeHost");
}

void CudaContext::copy(void* to, const void* from, int64_t bytes, CudaCopy kind) {
  cuda::queue_copy(to, from, bytes, kind, body_->stream);
}

void CudaContext::set_zero(void* pointer, int64_t bytes) {
  cuda::check_status(cudaMemsetAsync(pointer, 0, size_t(bytes), body_->stream),
                     "cudaMemsetAsync of " + std::to_string(bytes) + " bytes");
}

void CudaContext::wait(const CudaEvent& event) {
  cuda::check_status(cudaStreamWaitEvent(body_->stream, event.handle(), 0), "cudaStreamWaitEvent");
}

void CudaContext::synchronize() {
  ++body_->waits;
  cuda::check_status(cudaStreamSynchronize(body_->stream), "cudaStreamSynchronize");
}

int64_t CudaContext::waits() const { return body_->waits; }

}  // namespace huegrad
