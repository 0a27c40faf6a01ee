// Runs a test with one algorithm of convolution on the CPU and restores the automatic choice.
#pragma once
#include "kernels/conv2d.h"

namespace huegrad::test {

class ChosenConvolution {
 public:
  explicit ChosenConvolution(CpuConvolution choice) { choose_cpu_convolution(choice); }
  ~ChosenConvolution() { choose_cpu_convolution(CpuConvolution::automatic); }
  ChosenConvolution(const ChosenConvolution&) = delete;
};

}  // namespace huegrad::test
