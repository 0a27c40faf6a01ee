#include "core/cuda_device.h"

#include <memory>

#include "core/allocator.h"
#include "core/error.h"

namespace huegrad {

CudaContext& cuda_context() {
  // Never destroyed: tensors in static storage may outlive any order of destruction.
  static auto* context = [] {
    if (const std::string reason = cuda_unavailable(); !reason.empty())
      throw Error(ErrorKind::environment, reason, "CUDA", "Use --device cpu");
    auto made = std::make_unique<CudaContext>();
    made->give_back_cached = [] { cuda_allocator().release_cached(); };
    return made.release();
  }();
  return *context;
}

}  // namespace huegrad
