#include "net/network_config.h"

#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "net/embedded_files.h"

namespace huegrad {
namespace {

constexpr std::string_view kPrefix = "presets/", kSuffix = ".json";
constexpr size_t kBlocks = 8;
constexpr int64_t kMaxChannels = 4096, kMaxBins = 4096, kMaxClasses = 255, kMaxInputSize = 8192;

[[noreturn]] void fail(const std::string& what, std::string_view hint = "") {
  throw Error(ErrorKind::usage, what, "network configuration", hint);
}

const std::vector<std::string>& field_names() {
  static const std::vector<std::string> names = {"preset",  "channels",        "bins",          "semantics",
                                                 "classes", "deconv_channels", "head_channels", "input_size"};
  return names;
}

void check_fields(const nlohmann::json& json) {
  if (!json.is_object()) fail("a JSON object is needed");
  const auto& names = field_names();
  for (const auto& [key, value] : json.items())
    if (std::ranges::find(names, key) == names.end())
      fail(fmt::format("unknown field '{}'", key), fmt::format("The fields are {}", fmt::join(names, ", ")));
  for (const auto& name : names)
    if (!json.contains(name)) fail(fmt::format("the field '{}' is missing", name));
}

int64_t integer(const nlohmann::json& value, const std::string& name, int64_t low, int64_t high) {
  const bool fits = value.is_number_integer() && value >= low && value <= high;
  if (!fits) fail(fmt::format("{} is {}, not an integer from {} to {}", name, value.dump(), low, high));
  return value.get<int64_t>();
}

std::string text(const nlohmann::json& value, const std::string& name) {
  if (!value.is_string()) fail(fmt::format("{} is {}, not a text", name, value.dump()));
  return value.get<std::string>();
}

std::vector<int64_t> channels(const nlohmann::json& value) {
  if (!value.is_array() || value.size() != kBlocks)
    fail(fmt::format("channels needs {} numbers, one for each of conv1 to conv8", kBlocks));
  std::vector<int64_t> result;
  for (size_t i = 0; i < kBlocks; ++i)
    result.push_back(integer(value[i], fmt::format("channels[{}]", i), 1, kMaxChannels));
  return result;
}

std::vector<std::string> class_names(const nlohmann::json& value, bool semantics) {
  if (!value.is_array()) fail("classes is not a list of names");
  std::vector<std::string> result;
  for (const auto& name : value) result.push_back(text(name, fmt::format("classes[{}]", result.size())));
  if (int64_t(result.size()) > kMaxClasses || (semantics && result.size() < 2))
    fail(fmt::format("{} classes; the semantic branch takes 2 to {}", result.size(), kMaxClasses));
  if (std::set<std::string>(result.begin(), result.end()).size() != result.size())
    fail("two classes have the same name");
  return result;
}

}  // namespace

NetworkConfig network_config_from_json(const nlohmann::json& json) {
  check_fields(json);
  if (!json["semantics"].is_boolean()) fail("semantics is neither true nor false");
  NetworkConfig config;
  config.preset = text(json["preset"], "preset");
  config.channels = channels(json["channels"]);
  config.bins = integer(json["bins"], "bins", 2, kMaxBins);
  config.semantics = json["semantics"].get<bool>();
  config.classes = class_names(json["classes"], config.semantics);
  config.deconv_channels = integer(json["deconv_channels"], "deconv_channels", 1, kMaxChannels);
  config.head_channels = integer(json["head_channels"], "head_channels", 1, kMaxChannels);
  config.input_size = integer(json["input_size"], "input_size", 8, kMaxInputSize);
  if (config.input_size % 8 != 0)
    fail(fmt::format("input_size is {}, not a multiple of 8", config.input_size));
  return config;
}

nlohmann::json to_json(const NetworkConfig& config) {
  return {{"preset", config.preset},
          {"channels", config.channels},
          {"bins", config.bins},
          {"semantics", config.semantics},
          {"classes", config.classes},
          {"deconv_channels", config.deconv_channels},
          {"head_channels", config.head_channels},
          {"input_size", config.input_size}};
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded_files())
    if (file.name.starts_with(kPrefix))
      names.emplace_back(
          file.name.substr(kPrefix.size(), file.name.size() - kPrefix.size() - kSuffix.size()));
  return names;
}

NetworkConfig load_preset(const std::string& name) {
  const EmbeddedFile* file = find_embedded_file(fmt::format("{}{}{}", kPrefix, name, kSuffix));
  if (!file)
    throw Error(ErrorKind::usage, fmt::format("no preset '{}'", name), "",
                fmt::format("The presets are {}", fmt::join(preset_names(), ", ")));
  const auto* text = reinterpret_cast<const char*>(file->bytes.data());
  return network_config_from_json(nlohmann::json::parse(text, text + file->bytes.size()));
}

NetworkConfig load_network_config(const std::string& preset_or_file) {
  const bool is_file = preset_or_file.find('/') != std::string::npos || preset_or_file.ends_with(kSuffix);
  if (!is_file) return load_preset(preset_or_file);
  const nlohmann::json document = read_json(preset_or_file);
  try {
    return network_config_from_json(document);
  } catch (const Error& error) {
    throw Error(error.kind(), error.what(), preset_or_file);
  }
}

}  // namespace huegrad
