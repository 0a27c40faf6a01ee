#include "core/cuda_device.h"

#include <memory>

#include "core/error.h"

namespace huegrad {

CudaContext& cuda_context() {
  // Never destroyed: tensors in static storage may outlive any order of destruction.
  static auto* context = [] {
    if (const std::string reason = cuda_unavailable(); !reason.empty())
      throw Error(ErrorKind::environment, reason, "CUDA", "Use --device cpu");
    return std::make_unique<CudaContext>().release();
  }();
  return *context;
}

}  // namespace huegrad
