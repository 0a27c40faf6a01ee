#include "kernels/vendor/loaded/shared_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "kernels/cuda_context.h"
#include "kernels/vendor/library_choice.h"

namespace huegrad::vendor {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Folders of `parent` called `name`, or all of them where it ends in *; sorted.
std::vector<fs::path> children(const fs::path& parent, const std::string& name) {
  std::vector<fs::path> found;
  std::error_code ignored;
  const bool any = name.ends_with('*');
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    const std::string child = entry.path().filename();
    if (any ? child.starts_with(name.substr(0, name.size() - 1)) : child == name)
      found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// site-packages/nvidia holds a folder for each wheel.
void add_wheels(const fs::path& nvidia, std::vector<std::string>& folders) {
  for (const fs::path& wheel : children(nvidia, "*"))
    if (fs::is_directory(wheel / "lib")) folders.push_back(wheel / "lib");
}

}  // namespace

bool automatic_uses_libraries() { return true; }

std::vector<std::string> library_folders() {
  std::vector<std::string> folders;
  const std::string own = environment("HUEGRAD_CUDA_LIBRARIES");
  for (size_t begin = 0; begin < own.size();) {
    const size_t end = std::min(own.find(':', begin), own.size());
    if (end > begin) folders.push_back(own.substr(begin, end - begin));
    begin = end + 1;
  }
  folders.emplace_back();
  for (const std::string& home :
       {environment("CUDA_HOME"), environment("CUDA_PATH"), std::string("/usr/local/cuda")}) {
    if (home.empty()) continue;
    folders.push_back(home + "/lib64");
    folders.push_back(home + "/lib");
    const fs::path parent = fs::path(home).parent_path();
    if (parent.filename() == "nvidia") add_wheels(parent, folders);
  }
  for (const std::string& prefix : {environment("VIRTUAL_ENV"), environment("CONDA_PREFIX")}) {
    if (prefix.empty()) continue;
    for (const fs::path& python : children(fs::path(prefix) / "lib", "python*"))
      add_wheels(python / "site-packages/nvidia", folders);
  }
  return folders;
}

SharedLibrary::SharedLibrary(const std::string& name, const std::string& file) : name_(name) {
  std::string searched, problem;
  for (const std::string& folder : library_folders()) {
    const bool by_loader = folder.empty();
    searched += (searched.empty() ? "" : ", ") + (by_loader ? "the library path (LD_LIBRARY_PATH)" : folder);
    path_ = by_loader ? file : folder + "/" + file;
    if (!by_loader && !fs::exists(path_)) continue;
    handle_ = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_) return;
    if (!by_loader) problem += (problem.empty() ? "" : ", ") + std::string(dlerror());
  }
  if (!problem.empty()) throw CudaError(name + " could not be loaded: " + problem);
  throw CudaError(name + " was not found: no " + file + " in " + searched +
                  "; name its folder in HUEGRAD_CUDA_LIBRARIES");
}

void* SharedLibrary::address(const char* symbol) const {
  if (void* found = dlsym(handle_, symbol)) return found;
  throw CudaError(name_ + " (" + path_ + ") has no " + symbol);
}

void SharedLibrary::check_version(const LibraryVersion& loaded, const LibraryVersion& compiled) const {
  const auto text = [](const LibraryVersion& v) {
    return std::to_string(v.major) + "." + std::to_string(v.minor);
  };
  if (!loaded.serves(compiled))
    throw CudaError(name_ + " " + text(loaded) + " (" + path_ + ") does not fit: this huegrad needs " +
                    text(compiled) + " or a later " + std::to_string(compiled.major) +
                    "; name the folder of one in HUEGRAD_CUDA_LIBRARIES");
}

}  // namespace huegrad::vendor
