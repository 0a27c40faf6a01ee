#include "kernels/vendor/cublas_library.h"

#include "kernels/cuda_context.h"
#include "kernels/vendor/cublas_gemm.h"
#include "kernels/vendor/loaded/shared_library.h"

namespace huegrad::vendor {
namespace {

int property(const SharedLibrary& library, libraryPropertyType which) {
  decltype(&::cublasGetProperty) get_property;
  library.find(get_property, "cublasGetProperty");
  int value = 0;
  if (get_property(which, &value) != CUBLAS_STATUS_SUCCESS)
    throw CudaError("cuBLAS does not tell its version");
  return value;
}

CublasLibrary load() {
  const SharedLibrary library("cuBLAS", "libcublas.so." + std::to_string(CUBLAS_VER_MAJOR));
  library.check_version({property(library, MAJOR_VERSION), property(library, MINOR_VERSION)},
                        {CUBLAS_VER_MAJOR, CUBLAS_VER_MINOR});
  CublasLibrary f;
  library.find(f.create, "cublasCreate_v2");
  library.find(f.destroy, "cublasDestroy_v2");
  library.find(f.set_stream, "cublasSetStream_v2");
  library.find(f.set_workspace, "cublasSetWorkspace_v2");
  library.find(f.status_string, "cublasGetStatusString");
  library.find(f.gemm_ex, "cublasGemmEx");
  return f;
}

}  // namespace

const CublasLibrary& cublas() {
  static const CublasLibrary library = load();
  return library;
}

std::string cublas_unavailable() {
  try {
    cublas();
    return "";
  } catch (const CudaError& error) {
    return error.what();
  }
}

}  // namespace huegrad::vendor
