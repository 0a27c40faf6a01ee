// Every status of the CUDA libraries goes through here.
#pragma once
#include <cuda_runtime_api.h>

#include <string>

#include "kernels/cuda_context.h"

namespace huegrad::cuda {

// Throws CudaError "[WHAT] CUDA's own words (device)".
void check_status(cudaError_t status, const std::string& what);

}  // namespace huegrad::cuda
