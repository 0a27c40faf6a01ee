// Tests that need a CUDA device, real or emulated; 77 (CTest: skipped) where there is none.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "core/allocator.h"
#include "kernels/cuda_context.h"

int main(int argc, char** argv) {
  if (const std::string reason = huegrad::cuda_unavailable(); !reason.empty()) {
    std::printf("skipped: %s\n", reason.c_str());
    return 77;
  }
  // Made before there are threads: the thread sanitizer, under which only the device is compiled, cannot see
  // that the engine's statics are made once.
  huegrad::host_allocator();
  return doctest::Context(argc, argv).run();
}
