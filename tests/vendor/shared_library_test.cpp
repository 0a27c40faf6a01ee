#include "kernels/vendor/loaded/shared_library.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "kernels/cuda_context.h"
#include "kernels/vendor/cublas_gemm.h"
#include "kernels/vendor/cublas_library.h"
#include "tests/support/command.h"
#include "tests/support/environment.h"

using namespace huegrad;
using namespace huegrad::test;
using namespace huegrad::vendor;

namespace {

bool searched(const std::string& folder) {
  const std::vector<std::string> folders = library_folders();
  return std::find(folders.begin(), folders.end(), folder) != folders.end();
}

std::string error_of(const std::string& file) {
  try {
    SharedLibrary("cuNothing", file);
    return "";
  } catch (const CudaError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("shared library: searched where toolkits and Python wheels put them") {
  const TemporaryFolder folder;
  const std::string root = folder.path();
  for (const char* wheel : {"cu13", "cudnn"}) {
    std::filesystem::create_directories(root + "/site/nvidia/" + wheel + "/lib");
    std::filesystem::create_directories(root + "/venv/lib/python3.12/site-packages/nvidia/" + wheel + "/lib");
  }
  const Environment own("HUEGRAD_CUDA_LIBRARIES", ":/first::/second/");
  const Environment toolkit("CUDA_HOME", root + "/site/nvidia/cu13");
  const Environment virtual_environment("VIRTUAL_ENV", root + "/venv");
  CHECK(library_folders()[0] == "/first");
  CHECK(library_folders()[1] == "/second/");
  CHECK(searched(root + "/site/nvidia/cu13/lib"));
  CHECK(searched(root + "/site/nvidia/cudnn/lib"));
  CHECK(searched(root + "/venv/lib/python3.12/site-packages/nvidia/cudnn/lib"));
}

TEST_CASE("shared library: one that is missing is named with everything that was searched") {
  const Environment own("HUEGRAD_CUDA_LIBRARIES", "/nowhere/at/all");
  const std::string message = error_of("libcunothing.so.9");
  for (const char* part : {"cuNothing", "libcunothing.so.9", "LD_LIBRARY_PATH", "/nowhere/at/all"})
    CHECK_MESSAGE(message.find(part) != std::string::npos, message);
}

TEST_CASE("shared library: one that is found but cannot be loaded says why") {
  const TemporaryFolder folder;
  const std::string path = folder.path();
  std::ofstream(path + "/libcunothing.so.9") << "no library";
  const Environment own("HUEGRAD_CUDA_LIBRARIES", path);
  CHECK(error_of("libcunothing.so.9").find("could not be loaded: " + path) != std::string::npos);
}

TEST_CASE("shared library: versions serve what was compiled against the same or an older one") {
  CHECK(LibraryVersion{9, 19}.serves({9, 19}));
  CHECK(LibraryVersion{9, 20}.serves({9, 19}));
  CHECK_FALSE(LibraryVersion{9, 18}.serves({9, 19}));
  CHECK_FALSE(LibraryVersion{10, 30}.serves({9, 19}));
  CHECK_FALSE(LibraryVersion{8, 30}.serves({9, 19}));
}

TEST_CASE("shared library: cuBLAS loads where it is installed") {
  if (const std::string reason = cublas_unavailable(); !reason.empty()) {
    MESSAGE("skipped: ", reason);
    return;
  }
  CHECK(std::string(cublas().status_string(CUBLAS_STATUS_NOT_SUPPORTED)).find("not supported") !=
        std::string::npos);
}
