// Runs a test with one algorithm of convolution on the CPU and restores the choice.
#pragma once
#include "kernels/conv2d.h"

namespace huegrad::test {

class ChosenConvolution {
 public:
  explicit ChosenConvolution(CpuConvolution choice) : before_(cpu_convolution()) {
    choose_cpu_convolution(choice);
  }
  ~ChosenConvolution() { choose_cpu_convolution(before_); }
  ChosenConvolution(const ChosenConvolution&) = delete;

 private:
  CpuConvolution before_;
};

}  // namespace huegrad::test
