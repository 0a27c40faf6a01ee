// The current CUDA device in cuDNN's words: JSON from which CudnnDevice (kernels/vendor/cudnn_plan.h) makes
// plans on machines without it.
#pragma once
#include <string>

namespace huegrad::vendor {

// Throws CudaError where there is no device or no cuDNN.
std::string describe_device();

}  // namespace huegrad::vendor
