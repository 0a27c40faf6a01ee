// A context's connection to cuBLAS, with a workspace that never moves: CUDA graphs remember its address, and
// cuBLAS repeats its bits only with one.
#pragma once
#include <cublas_v2.h>

#include <memory>

#include "kernels/cuda_context.h"

namespace huegrad::vendor {

class CublasHandle {
 public:
  explicit CublasHandle(CudaContext& context);  // throws CudaError

  cublasHandle_t get() const { return handle_.get(); }

 private:
  struct Destroy {
    void operator()(cublasHandle_t handle) const;
  };

  struct Release {
    CudaContext* context;
    void operator()(void* workspace) const { context->release(workspace); }
  };

  std::unique_ptr<void, Release> workspace_;
  std::unique_ptr<cublasContext, Destroy> handle_;  // goes before the workspace that it works in
};

}  // namespace huegrad::vendor
