// The CUDA device of this process: opened when first used, never closed.
#pragma once
#include "kernels/backend.h"
#include "kernels/cuda_context.h"

namespace huegrad {

// Throws Error(environment) where there is none; core/device.h's parse_device asks first.
CudaContext& cuda_context();
inline Cuda cuda_backend() { return {&cuda_context()}; }

}  // namespace huegrad
