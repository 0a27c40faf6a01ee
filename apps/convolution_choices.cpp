#include "apps/convolution_choices.h"

#include <fmt/core.h>

#include <cctype>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/cuda_device.h"
#include "core/error.h"
#include "core/files.h"
#include "kernels/vendor/cudnn_plan.h"

namespace huegrad {
namespace {

std::filesystem::path cache_folder() {
  const auto from = [](const char* variable) {
    const char* value = std::getenv(variable);
    return std::filesystem::path(value ? value : "");
  };
  if (const auto cache = from("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "huegrad";
  if (const auto home = from("HOME"); home.is_absolute()) return home / ".cache" / "huegrad";
  return {};
}

// cudnn-91900-nvidia-h100-80gb-hbm3.json
std::string file_name() {
  std::string name = fmt::format("cudnn-{}-{}.json", vendor::cudnn_version(), cuda_context().info().name);
  for (char& c : name)
    c = std::isalnum(static_cast<unsigned char>(c)) || c == '.' ? char(std::tolower(c)) : '-';
  return name;
}

std::map<std::string, int> read_choices(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return {};
  try {
    return read_json(path).get<std::map<std::string, int>>();
  } catch (const Error& error) {
    fmt::print(stderr, "huegrad: {}. It is measured anew.\n", error.what());
  } catch (const nlohmann::json::exception&) {
    fmt::print(stderr, "huegrad: [{}] not what huegrad keeps there. It is measured anew.\n", path.string());
  }
  return {};
}

}  // namespace

ConvolutionChoices::ConvolutionChoices(Device device) {
  if (device.kind != DeviceKind::cuda || !vendor::cudnn_unavailable().empty()) return;
  const std::filesystem::path folder = cache_folder();
  if (folder.empty()) return;
  path_ = folder / file_name();
  cuda_context().convolution_choices = read_choices(path_);
  cuda_context().measures_convolutions = true;
  kept_ = cuda_context().convolution_choices.size();
}

void ConvolutionChoices::keep() {
  if (path_.empty() || cuda_context().convolution_choices.size() == kept_) return;
  kept_ = cuda_context().convolution_choices.size();
  try {
    write_json(path_, cuda_context().convolution_choices);
  } catch (const Error& error) {
    fmt::print(stderr, "huegrad: {}\n", error.what());
  }
}

}  // namespace huegrad
