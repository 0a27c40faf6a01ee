// Models on disk: .safetensors with the network's configuration and history in the metadata.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "core/safetensors.h"
#include "net/hierarchical_network.h"

namespace huegrad {

// Raised when files written by a new version cannot be read by an old one.
inline constexpr int kModelFormatVersion = 1;

// Weights are stored as OIHW (IOHW for transposed convolutions) under the names of
// net/hierarchical_network.h, so that Python's safetensors and PyTorch read them unchanged. half: float16
// weights (biases and statistics stay float32: they are few, and variances have a wide range). provenance:
// data, steps, seed, validation figures: anything JSON. The metadata, all text:
//   format "huegrad model"; format_version; config and provenance (JSON); content_hash
void save_model(const std::filesystem::path& path, const HierarchicalNetwork& network,
                const nlohmann::json& provenance, bool half = false);

// 64-bit XXH3, in hex, of the metadata's config and provenance and of each tensor's name, type, shape and
// hash of its bytes.
std::string content_hash(const SafetensorsMetadata& metadata, const std::vector<StoredTensor>& tensors);

struct LoadedModel {
  HierarchicalNetwork network;
  nlohmann::json provenance;
  std::string source;        // path, or "built-in"
  std::string content_hash;  // 16 hexadecimal digits
  int64_t file_bytes = 0;
};

// Empty path: the model that ships with huegrad; throws Error(environment) if this build holds none. Throws
// Error(input) for a file that is not a huegrad model, of another format version, damaged (content hash) or
// with tensors of other shapes than its configuration says.
LoadedModel load_model(const std::filesystem::path& path = {}, Device device = {});

// The same from an open file.
LoadedModel load_model(const SafetensorsFile& file, Device device = {});

// (A, R, S, B) as in memory <-> (A, B, R, S) as on disk: OIHW for convolutions, IOHW for transposed ones.
// Other ranks are only copied.
Tensor to_disk_layout(const Tensor& tensor);
Tensor from_disk_layout(const Tensor& tensor);

}  // namespace huegrad
