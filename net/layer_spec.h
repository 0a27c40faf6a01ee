// The network as a list of layers, in the order in which they are computed. The network is built from this
// list and runs it; summaries and inference plans walk the same list, so none of them can drift from another.
#pragma once
#include <string>
#include <vector>

#include "core/shape.h"
#include "layers/conv2d.h"
#include "net/network_config.h"

namespace huegrad {

enum class LayerKind { convolution, deconvolution, batch_norm, concat };

inline constexpr int64_t kNetworkInput = -1;

struct LayerSpec {
  std::string name;  // "conv1_1"; tensors are NAME.weight, NAME.bias, ...
  LayerKind kind = LayerKind::convolution;
  std::vector<int64_t> inputs;  // earlier entries of the list, or kNetworkInput
  int64_t in_channels = 0, out_channels = 0;
  int64_t kernel = 0;     // of convolutions and deconvolutions
  Conv2dOptions options;  // of convolutions and deconvolutions
};

// Names: conv1_1 ... conv8_313, norm1 ... norm7, and with semantics semantic_deconv5, semantic_deconv6,
// semantic_concat (channels in the order of the deconvolutions of conv5, conv6, conv7), semantic_conv,
// semantic_classifier. The colour logits are the output of conv8_313, the semantic ones of
// semantic_classifier.
std::vector<LayerSpec> hierarchical_layers(const NetworkConfig& config);

// Index of the layer called `name`, -1 if there is none.
int64_t find_layer(const std::vector<LayerSpec>& layers, const std::string& name);

// What one layer makes of inputs (N, H, W, C) and what that costs.
struct LayerCost {
  Shape output;            // (N, P, Q, K)
  int64_t parameters = 0;  // weights and biases
  int64_t buffers = 0;     // batch norm's running statistics
  int64_t macs = 0;        // multiply-accumulates of convolutions
};

// Costs of every layer for input (batch, height, width, 1).
std::vector<LayerCost> layer_costs(const std::vector<LayerSpec>& layers, int64_t batch, int64_t height,
                                   int64_t width);

}  // namespace huegrad
