// What the presets' networks ask a convolution library for.
#pragma once
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/conv_transpose2d.h"
#include "kernels/vendor/convolution_graph.h"
#include "net/layer_spec.h"
#include "net/network_config.h"

namespace huegrad::test {

using vendor::ConvolutionGraph;
using vendor::ConvolutionMath;
using vendor::ConvolutionPass;

inline constexpr ConvolutionMath kMaths[] = {ConvolutionMath::float32, ConvolutionMath::tensor_float32,
                                             ConvolutionMath::bfloat16};

// Forward with bias, and with bias and ReLU, and both gradients.
inline void add_convolution(const Conv2dShape& s, std::set<ConvolutionGraph>& graphs) {
  for (const ConvolutionMath math : kMaths) {
    for (const bool relu : {false, true}) graphs.insert({ConvolutionPass::forward, math, s, true, relu});
    graphs.insert({ConvolutionPass::backward_data, math, s});
    graphs.insert({ConvolutionPass::backward_weight, math, s});
  }
}

// The same passes with their roles exchanged; nothing is fused.
inline void add_deconvolution(const ConvTranspose2dShape& s, std::set<ConvolutionGraph>& graphs) {
  for (const ConvolutionMath math : kMaths)
    for (const auto pass :
         {ConvolutionPass::forward, ConvolutionPass::backward_data, ConvolutionPass::backward_weight})
      graphs.insert({pass, math, s.adjoint()});
}

// Every pass of every layer of a preset's network on pictures of side `size`; 0: of its own.
inline void add_network(const std::string& preset, int64_t batch, std::set<ConvolutionGraph>& graphs,
                        int64_t size = 0) {
  const NetworkConfig config = load_preset(preset);
  if (size == 0) size = config.input_size;
  const std::vector<LayerSpec> layers = hierarchical_layers(config);
  const std::vector<LayerCost> costs = layer_costs(layers, batch, size, size);
  const Shape picture = {batch, size, size, 1};
  for (const LayerSpec& layer : layers) {
    const Shape& in = layer.inputs[0] == kNetworkInput ? picture : costs[size_t(layer.inputs[0])].output;
    const Conv2dOptions& o = layer.options;
    if (layer.kind == LayerKind::convolution)
      add_convolution({batch, in[1], in[2], layer.in_channels, layer.out_channels, layer.kernel, layer.kernel,
                       o.stride, o.padding, o.dilation},
                      graphs);
    if (layer.kind == LayerKind::deconvolution)
      add_deconvolution({batch, in[1], in[2], layer.in_channels, layer.out_channels, layer.kernel,
                         layer.kernel, o.stride, o.padding, o.dilation},
                        graphs);
  }
}

// That of PRESET:SIDE:BATCH. Throws std::runtime_error where it is none.
inline std::set<ConvolutionGraph> network_graphs(const std::string& preset_side_batch) {
  std::istringstream words(preset_side_batch);
  std::string preset;
  int64_t side = 0, batch = 0;
  char colon = 0;
  if (!std::getline(words, preset, ':') || !(words >> side >> colon >> batch) || colon != ':' || side < 8 ||
      batch < 1)
    throw std::runtime_error(preset_side_batch + " is no PRESET:SIDE:BATCH");
  std::set<ConvolutionGraph> graphs;
  add_network(preset, batch, graphs, side);
  return graphs;
}

}  // namespace huegrad::test
