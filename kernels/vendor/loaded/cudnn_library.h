// The functions of cuDNN's graph API that are used, loaded from the library.
#pragma once
#include <cudnn.h>

#include <string>

namespace huegrad::vendor {

struct CudnnLibrary {
  int version = 0;  // 91900 is 9.19.0
  decltype(&::cudnnCreate) create;
  decltype(&::cudnnDestroy) destroy;
  decltype(&::cudnnSetStream) set_stream;
  decltype(&::cudnnGetErrorString) error_string;
  decltype(&::cudnnGetLastErrorString) last_error_string;
  decltype(&::cudnnBackendCreateDescriptor) create_descriptor;
  decltype(&::cudnnBackendDestroyDescriptor) destroy_descriptor;
  decltype(&::cudnnBackendSetAttribute) set_attribute;
  decltype(&::cudnnBackendGetAttribute) get_attribute;
  decltype(&::cudnnBackendFinalize) finalize;
  decltype(&::cudnnBackendExecute) execute;
};

// Loads cuDNN on the first call. Throws CudaError if there is none or one of the wrong version.
const CudnnLibrary& cudnn();

// Throws CudaError "[WHAT] cuDNN's own words" unless the status is success.
void check_status(cudnnStatus_t status, const std::string& what);

}  // namespace huegrad::vendor
