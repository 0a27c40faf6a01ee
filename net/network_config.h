// The hierarchical network of the paper in numbers. Presets are JSON files (net/presets) of exactly these
// fields.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace huegrad {

struct NetworkConfig {
  std::string preset;                // name of the preset it came from
  std::vector<int64_t> channels;     // of blocks conv1 .. conv8: {64, 128, 256, 512, 512, 512, 512, 256}
  int64_t bins = 313;                // colours (conv8_313)
  bool semantics = true;             // false: the colour branch alone ("zhang")
  std::vector<std::string> classes;  // names; classes[0] is the background
  int64_t deconv_channels = 256;     // of the deconvolutions after conv5 and conv6
  int64_t head_channels = 64;        // of the 3x3 convolution on the concatenation
  int64_t input_size = 224;          // pictures are scaled to this before the network sees them
};

// Throws Error(usage) naming the field that is missing, unknown or out of range.
NetworkConfig network_config_from_json(const nlohmann::json& json);
nlohmann::json to_json(const NetworkConfig& config);

// "voc", "coco-stuff", "zhang", "small", "light", "tiny". Throws Error(usage) listing the names for any
// other.
NetworkConfig load_preset(const std::string& name);
// A preset by name, or from a JSON file of its own: a path with a '/' or ending in .json.
NetworkConfig load_network_config(const std::string& preset_or_file);
std::vector<std::string> preset_names();

}  // namespace huegrad
