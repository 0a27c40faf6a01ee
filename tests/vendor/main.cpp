// Tests that need cuDNN but no device; 77 (CTest: skipped) where it is not installed.
//   test_vendor --describe FILE    writes what cuDNN says of this machine's device: h100.json is such a file.
//                                  77 without a device
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "kernels/cuda_context.h"
#include "kernels/vendor/cudnn_plan.h"
#include "kernels/vendor/loaded/device_description.h"

namespace {

constexpr int kSkipped = 77;

int skip(const std::string& reason) {
  std::printf("skipped: %s\n", reason.c_str());
  return kSkipped;
}

int describe(const char* path) {
  if (const std::string reason = huegrad::cuda_unavailable(); !reason.empty()) return skip(reason);
  std::ofstream file(path);
  file << huegrad::vendor::describe_device() << "\n";
  if (file.flush()) return 0;
  std::fprintf(stderr, "huegrad: error: cannot write %s\n", path);
  return 1;
}

}  // namespace

int main(int argc, char** argv) try {
  if (const std::string reason = huegrad::vendor::cudnn_unavailable(); !reason.empty()) return skip(reason);
  if (argc == 3 && std::string(argv[1]) == "--describe") return describe(argv[2]);
  return doctest::Context(argc, argv).run();
} catch (const huegrad::CudaError& error) {
  std::fprintf(stderr, "huegrad: error: %s\n", error.what());
  return 1;
}
