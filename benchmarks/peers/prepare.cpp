#include "benchmarks/peers/prepare.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/files.h"
#include "core/safetensors.h"
#include "net/initialize.h"
#include "net/model_file.h"
#include "tests/support/compare.h"

namespace huegrad::peers {
namespace {

constexpr int64_t kBatch = 8, kSide = 224, kGrid = kSide / 4, kTargets = 5;

Tensor values(const Shape& shape, uint64_t seed, double low, double high) {
  return Tensor::from(test::random_values<float>(element_count(shape), seed, low, high), shape);
}

Tensor integers(const Shape& shape, uint64_t seed, int64_t count) {
  const auto drawn = test::random_values<double>(element_count(shape), seed, 0, double(count));
  return Tensor::from(std::vector<int32_t>(drawn.begin(), drawn.end()), shape);
}

const char* kind_name(LayerKind kind) {
  switch (kind) {
    case LayerKind::convolution:
      return "convolution";
    case LayerKind::deconvolution:
      return "deconvolution";
    case LayerKind::batch_norm:
      return "batch_norm";
    case LayerKind::concat:
      return "concat";
  }
  return "";
}

nlohmann::json layers_as_json(const NetworkConfig& config) {
  nlohmann::json layers = nlohmann::json::array();
  for (const LayerSpec& layer : hierarchical_layers(config))
    layers.push_back({{"name", layer.name},
                      {"kind", kind_name(layer.kind)},
                      {"inputs", layer.inputs},
                      {"in_channels", layer.in_channels},
                      {"out_channels", layer.out_channels},
                      {"kernel", layer.kernel},
                      {"stride", layer.options.stride},
                      {"padding", layer.options.padding},
                      {"dilation", layer.options.dilation},
                      {"relu", layer.options.relu}});
  return layers;
}

}  // namespace

void prepare(const std::filesystem::path& folder, const std::string& preset) {
  const HierarchicalNetwork network(load_preset(preset));
  const NetworkConfig& config = network.config();
  const Tensor lightness = values({kBatch, kSide, kSide, 1}, 1, -50, 50);
  initialize(network, {.seed = 1}, lightness.narrow(0, 2));
  save_model(folder / "model.safetensors", network, {{"steps", 0}});
  write_json(folder / "layers.json", layers_as_json(config));

  const Shape grid = {kBatch, kGrid, kGrid};
  const std::vector<std::pair<std::string, Tensor>> inputs = {
      {"lightness", lightness},
      {"color_index", integers({kBatch, kGrid, kGrid, kTargets}, 2, config.bins)},
      {"color_weight", Tensor::full({kBatch, kGrid, kGrid, kTargets}, 1.0 / double(kTargets))},
      {"color_rarity", values(grid, 3, 0.5, 1.5)},
      {"ab", values({kBatch, kGrid, kGrid, 2}, 4, -80, 80)},
      {"labels", integers(grid, 5, int64_t(config.classes.size()))},
      {"logits", values({kBatch * kGrid * kGrid, config.bins}, 6, -8, 8)},
      {"guide", values({1080, 1920}, 7, 100, 140)},
      {"colors", values({64, 96, 3}, 8, -80, 80)}};
  std::vector<StoredTensor> tensors;
  for (const auto& [name, tensor] : inputs) tensors.push_back(stored(name, tensor));
  write_safetensors(folder / "inputs.safetensors", {}, tensors);
}

}  // namespace huegrad::peers
