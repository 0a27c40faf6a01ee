// What a CudaContext holds, for kernels and for the wrappers of vendor libraries.
#pragma once
#include <cuda_runtime_api.h>

#include <atomic>
#include <vector>

#include "kernels/cuda_context.h"
#include "kernels/vendor/library_choice.h"

namespace huegrad {
namespace vendor {
class CublasHandle;
class CudnnPlans;
}  // namespace vendor

struct CudaContext::Body {
  CudaDeviceInfo info;
  int64_t block_shared_bytes = 0;  // of dynamic shared memory that a block can have
  cudaStream_t stream = nullptr;
  std::atomic<int64_t> waits = 0;
  void* scratch = nullptr;
  int64_t scratch_bytes = 0;
  vendor::Library<vendor::CublasHandle> cublas;
  vendor::Library<vendor::CudnnPlans> cudnn;
  std::vector<void*> outgrown_scratch;  // captured graphs may still use it
};

namespace cuda {

// Throws CudaError naming the size. Memory on the host must stay until the copy is done.
void queue_copy(void* to, const void* from, int64_t bytes, CudaCopy kind, cudaStream_t stream);

}  // namespace cuda
}  // namespace huegrad
