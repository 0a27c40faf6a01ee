// Runs a test with given choices of the CUDA context and restores them.
#pragma once
#include "core/cuda_device.h"

namespace huegrad::test {

class CudaChoice {
 public:
  explicit CudaChoice(ConvolutionChoice convolution, bool tensor_float32 = false, int tile = -1)
      : convolution_(cuda_context().convolution),
        tensor_float32_(cuda_context().tensor_float32),
        tile_(cuda_context().convolution_tile) {
    choose(convolution, tensor_float32, tile);
  }
  ~CudaChoice() { choose(convolution_, tensor_float32_, tile_); }
  CudaChoice(const CudaChoice&) = delete;

 private:
  static void choose(ConvolutionChoice convolution, bool tensor_float32, int tile) {
    cuda_context().convolution = convolution;
    cuda_context().tensor_float32 = tensor_float32;
    cuda_context().convolution_tile = tile;
  }

  ConvolutionChoice convolution_;
  bool tensor_float32_;
  int tile_;
};

}  // namespace huegrad::test
