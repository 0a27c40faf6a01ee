// What a CudaContext holds, for kernels and for the wrappers of vendor libraries.
#pragma once
#include <cuda_runtime_api.h>

#include <memory>
#include <vector>

#include "kernels/cuda_context.h"

namespace huegrad {
namespace vendor {
class CublasHandle;
class CudnnPlans;
}  // namespace vendor

struct CudaContext::Body {
  CudaDeviceInfo info;
  cudaStream_t stream = nullptr;
  void* scratch = nullptr;
  int64_t scratch_bytes = 0;
  // NVIDIA's libraries, opened when first used.
  std::unique_ptr<vendor::CublasHandle> cublas;
  std::unique_ptr<vendor::CudnnPlans> cudnn;
  std::vector<void*> outgrown_scratch;  // captured graphs may still use it
};

}  // namespace huegrad
