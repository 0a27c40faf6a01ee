// What everybody who is compared works on.
#pragma once
#include <filesystem>
#include <string>

namespace huegrad::peers {

// Writes into `folder`, the same bits every time:
//   model.safetensors   the preset's network with first weights
//   layers.json         its layers, for whoever builds it elsewhere (net/layer_spec.h)
//   inputs.safetensors  lightness (8, 224, 224, 1); a batch of targets on its grid (data/batch.h); logits
//                       (8 * 56 * 56, 313); guide (1080, 1920) and colors (64, 96, 3) for upsampling
void prepare(const std::filesystem::path& folder, const std::string& preset);

}  // namespace huegrad::peers
