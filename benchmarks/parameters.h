// The weights of preset voc as optimizers see them: a list of arrays, large and small.
#pragma once
#include <numeric>

#include "benchmarks/harness.h"
#include "kernels/optimizer_controls.h"
#include "net/layer_spec.h"
#include "net/network_config.h"

namespace huegrad::bench {

using ParameterSizes = std::vector<int64_t>;

// A weight and a bias for each convolution.
inline ParameterSizes parameter_sizes(const std::string& preset) {
  const NetworkConfig config = load_preset(preset);
  const std::vector<LayerSpec> layers = hierarchical_layers(config);
  const std::vector<LayerCost> costs = layer_costs(layers, 1, config.input_size, config.input_size);
  ParameterSizes sizes;
  for (size_t i = 0; i < layers.size(); ++i)
    if (costs[i].macs > 0)
      sizes.insert(sizes.end(), {costs[i].parameters - layers[i].out_channels, layers[i].out_channels});
  return sizes;
}

inline Cases<ParameterSizes> parameters() {
  const Named<ParameterSizes> voc = {"voc", parameter_sizes("voc")};
  return cases_of<ParameterSizes>({"tiny", {1, 1023, 5000}}, {voc}, {voc});
}

// One array for each parameter.
template <class Place>
std::vector<Array<float>> like_parameters(const Place& on, const ParameterSizes& sizes, double low,
                                          double high) {
  std::vector<Array<float>> arrays;
  for (const int64_t size : sizes) arrays.push_back(on.floats(size, low, high));
  return arrays;
}

// Controls where the parameters are, all ones: a step that is neither clipped nor left out.
template <class Place>
Array<float> controls_on(const Place& on) {
  static_assert(sizeof(OptimizerControls) % sizeof(float) == 0);
  return on.floats(sizeof(OptimizerControls) / sizeof(float), 1, 1);
}
inline OptimizerControls* pointer_to(const Array<float>& controls) {
  return reinterpret_cast<OptimizerControls*>(controls.data());
}

inline double bytes_of(const ParameterSizes& sizes) {
  return double(sizeof(float)) * double(std::accumulate(sizes.begin(), sizes.end(), int64_t(0)));
}

}  // namespace huegrad::bench
