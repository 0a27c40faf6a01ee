// What a CudaContext holds, for kernels and for the wrappers of vendor libraries.
#pragma once
#include <cuda_runtime_api.h>

#include "kernels/cuda_context.h"

namespace huegrad {

struct CudaContext::Body {
  CudaDeviceInfo info;
  cudaStream_t stream = nullptr;
  void* scratch = nullptr;
  int64_t scratch_bytes = 0;
};

}  // namespace huegrad
