// What stands in for CUDA kernels in a build without CUDA. Nothing calls it: there is no CudaContext to call
// with.
#pragma once
#include <string>

#include "kernels/cuda_context.h"
#include "kernels/float_types.h"

namespace huegrad {

[[noreturn]] inline void unavailable(const char* op) {
  throw CudaError("[" + std::string(op) + "] built without CUDA");
}

}  // namespace huegrad
