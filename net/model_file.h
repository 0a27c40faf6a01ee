// Models on disk: .safetensors with the network's configuration and history in the metadata.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "net/hierarchical_network.h"

namespace huegrad {

// Weights are stored as OIHW (IOHW for transposed convolutions) under the names of
// net/hierarchical_network.h, so that Python's safetensors and PyTorch read them unchanged. half: float16 on
// disk. provenance: data, steps, seed, validation figures: anything JSON. The metadata also holds format
// version, network config, content hash.
void save_model(const std::filesystem::path& path, const HierarchicalNetwork& network,
                const nlohmann::json& provenance, bool half = false);

struct LoadedModel {
  HierarchicalNetwork network;
  nlohmann::json provenance;
  std::string source;  // path, or "built-in"
};

// Empty path: the model that ships with huegrad. Throws Error(input) for a file that is not a huegrad model,
// of another format version, damaged (content hash) or with tensors of other shapes than its configuration
// says.
LoadedModel load_model(const std::filesystem::path& path = {}, Device device = {});

}  // namespace huegrad
