// NVIDIA's libraries are loaded when first needed, not linked: huegrad starts where they are missing, and can
// say what was searched.
#pragma once
#include <string>
#include <vector>

namespace huegrad::vendor {

// Versions as NVIDIA counts compatibility: the same major number, and a minor number no older than the
// headers that were compiled against.
struct LibraryVersion {
  int major = 0, minor = 0;
  bool serves(const LibraryVersion& compiled) const {
    return major == compiled.major && minor >= compiled.minor;
  }
};

// Folders in the order in which they are searched: HUEGRAD_CUDA_LIBRARIES (colon-separated); "", which stands
// for the loader's own (LD_LIBRARY_PATH, rpath, ld.so.conf); lib64 and lib of CUDA_HOME, CUDA_PATH and
// /usr/local/cuda; the Python wheels beside a toolkit that is itself one (nvidia/cu13 beside nvidia/cudnn),
// and those of VIRTUAL_ENV and CONDA_PREFIX (lib/python*/site-packages/nvidia/*/lib).
std::vector<std::string> library_folders();

// Stays loaded until the process ends: the libraries do not survive being unloaded.
class SharedLibrary {
 public:
  // name: "cuDNN"; file: "libcudnn.so.9". Throws CudaError with everything that was searched.
  SharedLibrary(const std::string& name, const std::string& file);

  // Throws CudaError if there is no such function.
  template <class Function>
  void find(Function*& function, const char* symbol) const {
    function = reinterpret_cast<Function*>(address(symbol));
  }
  // Throws CudaError if what was loaded cannot serve what was compiled.
  void check_version(const LibraryVersion& loaded, const LibraryVersion& compiled) const;

 private:
  void* address(const char* symbol) const;

  std::string name_, path_;
  void* handle_ = nullptr;
};

}  // namespace huegrad::vendor
