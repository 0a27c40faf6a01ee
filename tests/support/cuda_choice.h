// Runs a test with given choices of the CUDA context and restores them.
#pragma once
#include "core/cuda_device.h"

namespace huegrad::test {

class CudaChoice {
 public:
  explicit CudaChoice(ConvolutionChoice convolution, bool tensor_float32 = false)
      : convolution_(cuda_context().convolution), tensor_float32_(cuda_context().tensor_float32) {
    cuda_context().convolution = convolution;
    cuda_context().tensor_float32 = tensor_float32;
  }
  ~CudaChoice() {
    cuda_context().convolution = convolution_;
    cuda_context().tensor_float32 = tensor_float32_;
  }
  CudaChoice(const CudaChoice&) = delete;

 private:
  ConvolutionChoice convolution_;
  bool tensor_float32_;
};

}  // namespace huegrad::test
