#include "net/widen.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace huegrad {
namespace {

using Layer = HierarchicalNetwork::Layer;
using Places = std::vector<int64_t>;  // where the narrower network's channels are among the wider one's

std::vector<LayerSpec> specs_of(const HierarchicalNetwork& network) {
  std::vector<LayerSpec> specs;
  for (const Layer& layer : network.layers()) specs.push_back(layer.spec);
  return specs;
}

// Throws unless the narrower network has every layer of the wider one, no more channels, and as many logits.
void check_widths(const std::vector<LayerSpec>& narrower, const std::vector<LayerSpec>& wider) {
  for (size_t i = 0; i < wider.size(); ++i) {
    const int64_t found = find_layer(narrower, wider[i].name);
    const int64_t from = found < 0 ? 0 : narrower[size_t(found)].out_channels, to = wider[i].out_channels;
    const bool is_read = std::ranges::any_of(
        wider, [&](const LayerSpec& layer) { return std::ranges::count(layer.inputs, int64_t(i)) > 0; });
    if (is_read ? from < 1 || from > to : from != to)
      throw Error(ErrorKind::usage,
                  fmt::format("{} has {} channels in the model to start from and {} in the network",
                              wider[i].name, from, to),
                  "initial_model",
                  "A model starts a network that is as wide or wider, with the same classes");
  }
}

// Of the output of every layer of the narrower network that the wider one has too.
std::vector<Places> output_places(const std::vector<LayerSpec>& narrower,
                                  const std::vector<LayerSpec>& wider) {
  std::vector<Places> places;
  for (const LayerSpec& layer : narrower) {
    Places of_layer;
    if (const int64_t same = find_layer(wider, layer.name); same >= 0 && layer.kind == LayerKind::concat) {
      int64_t offset = 0;
      for (size_t part = 0; part < layer.inputs.size(); ++part) {
        for (const int64_t channel : places[size_t(layer.inputs[part])]) of_layer.push_back(offset + channel);
        offset += wider[size_t(wider[size_t(same)].inputs[part])].out_channels;
      }
    } else {
      of_layer.resize(size_t(layer.out_channels));
      std::iota(of_layer.begin(), of_layer.end(), 0);
    }
    places.push_back(std::move(of_layer));
  }
  return places;
}

// One number a channel: the narrower network's channels come first.
void embed_channels(const Tensor& narrow, const Tensor& wide) {
  std::copy_n(narrow.data<float>(), narrow.size(), wide.data<float>());
}

// Weights (K, R, S, C), or (C, R, S, K) of transposed convolutions.
void embed_weights(const Tensor& narrow, const Tensor& wide, const Places& inputs, bool transposed) {
  const int64_t taps = wide.extent(1) * wide.extent(2), last_extent = wide.extent(3);
  const int64_t outputs = narrow.extent(transposed ? 3 : 0);
  const auto* from = narrow.data<float>();
  auto* to = wide.data<float>();
  for (int64_t i = 0; i < wide.size(); ++i)
    if ((transposed ? i % last_extent : i / last_extent / taps) < outputs) to[i] = 0;
  for (int64_t k = 0; k < outputs; ++k)
    for (int64_t c = 0; c < int64_t(inputs.size()); ++c)
      for (int64_t tap = 0; tap < taps; ++tap) {
        const auto [first, last] = transposed ? std::pair(c, k) : std::pair(k, c);
        const auto [wide_first, wide_last] =
            transposed ? std::pair(inputs[size_t(c)], k) : std::pair(k, inputs[size_t(c)]);
        to[(wide_first * taps + tap) * last_extent + wide_last] =
            from[(first * taps + tap) * narrow.extent(3) + last];
      }
}

template <class Module>
void embed(const Module& narrow, const Module& wide, const Places& inputs) {
  if constexpr (std::is_same_v<Module, BatchNorm>) {
    embed_channels(narrow.running_mean, wide.running_mean);
    embed_channels(narrow.running_variance, wide.running_variance);
  } else if constexpr (!std::is_same_v<Module, HierarchicalNetwork::Concat>) {
    embed_weights(narrow.weight, wide.weight, inputs, std::is_same_v<Module, ConvTranspose2d>);
    embed_channels(narrow.bias, wide.bias);
  }
}

}  // namespace

Widening::Widening(HierarchicalNetwork narrower, const NetworkConfig& wider)
    : narrower_(std::move(narrower)) {
  const std::vector<LayerSpec> from = specs_of(narrower_), to = hierarchical_layers(wider);
  check_widths(from, to);
  covers_all_ = std::ranges::all_of(to, [&](const LayerSpec& layer) {
    return from[size_t(find_layer(from, layer.name))].out_channels == layer.out_channels;
  });
  const std::vector<Places> outputs = output_places(from, to);
  for (size_t i = 0; i < from.size(); ++i) {
    const int64_t input = from[i].inputs[0];
    sources_[from[i].name] = {i, input == kNetworkInput ? Places{0} : outputs[size_t(input)]};
  }
}

void Widening::apply(const Layer& wider) const {
  const Source& source = sources_.at(wider.spec.name);
  std::visit(
      [&]<class Module>(const Module& module) {
        embed(std::get<Module>(narrower_.layers()[source.layer].module), module, source.inputs);
      },
      wider.module);
}

}  // namespace huegrad
