// Tests that need cuDNN but no device; 77 (CTest: skipped) where it is not installed.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "kernels/vendor/cudnn_plan.h"

int main(int argc, char** argv) {
  if (const std::string reason = huegrad::vendor::cudnn_unavailable(); !reason.empty()) {
    std::printf("skipped: %s\n", reason.c_str());
    return 77;
  }
  return doctest::Context(argc, argv).run();
}
