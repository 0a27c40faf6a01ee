#include "kernels/vendor/loaded/cudnn_library.h"

#include "kernels/cuda_context.h"
#include "kernels/vendor/loaded/shared_library.h"

namespace huegrad::vendor {
namespace {

CudnnLibrary load() {
  const SharedLibrary library("cuDNN", "libcudnn.so." + std::to_string(CUDNN_MAJOR));
  decltype(&::cudnnGetVersion) get_version;
  library.find(get_version, "cudnnGetVersion");
  const int version = int(get_version());
  library.check_version({version / 10000, version / 100 % 100}, {CUDNN_MAJOR, CUDNN_MINOR});
  CudnnLibrary f;
  f.version = version;
  library.find(f.create, "cudnnCreate");
  library.find(f.destroy, "cudnnDestroy");
  library.find(f.set_stream, "cudnnSetStream");
  library.find(f.error_string, "cudnnGetErrorString");
  library.find(f.last_error_string, "cudnnGetLastErrorString");
  library.find(f.create_descriptor, "cudnnBackendCreateDescriptor");
  library.find(f.destroy_descriptor, "cudnnBackendDestroyDescriptor");
  library.find(f.set_attribute, "cudnnBackendSetAttribute");
  library.find(f.get_attribute, "cudnnBackendGetAttribute");
  library.find(f.finalize, "cudnnBackendFinalize");
  library.find(f.execute, "cudnnBackendExecute");
  return f;
}

}  // namespace

const CudnnLibrary& cudnn() {
  static const CudnnLibrary library = load();
  return library;
}

void check_status(cudnnStatus_t status, const std::string& what) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  char details[1024] = "";
  cudnn().last_error_string(details, sizeof details);
  throw CudaError("[" + what + "] " + cudnn().error_string(status) + " " + details);
}

}  // namespace huegrad::vendor
