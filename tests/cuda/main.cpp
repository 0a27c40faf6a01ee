// Tests that need a CUDA device, real or emulated; 77 (CTest: skipped) where there is none.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "kernels/cuda_context.h"

int main(int argc, char** argv) {
  if (const std::string reason = huegrad::cuda_unavailable(); !reason.empty()) {
    std::printf("skipped: %s\n", reason.c_str());
    return 77;
  }
  return doctest::Context(argc, argv).run();
}
