// Runs a test with one algorithm of convolution on the CPU, or one way to multiply matrices, and restores the
// choice.
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

class ChosenProducts {
 public:
  explicit ChosenProducts(CpuProducts choice) : before_(cpu_products()) { choose_cpu_products(choice); }
  ~ChosenProducts() { choose_cpu_products(before_); }
  ChosenProducts(const ChosenProducts&) = delete;

 private:
  CpuProducts before_;
};

}  // namespace huegrad::test
