#include "net/hierarchical_network.h"

#include <type_traits>

#include "core/autograd.h"
#include "core/error.h"
#include "layers/concat.h"

namespace huegrad {
namespace {

using Layer = HierarchicalNetwork::Layer;

decltype(Layer::module) make_module(const LayerSpec& spec, Device device, DType dtype) {
  const auto conv = [&]<class Module>(std::type_identity<Module>) {
    return Module(spec.name, spec.in_channels, spec.out_channels, spec.kernel, spec.options, device, dtype);
  };
  switch (spec.kind) {
    case LayerKind::convolution:
      return conv(std::type_identity<Conv2d>{});
    case LayerKind::deconvolution:
      return conv(std::type_identity<ConvTranspose2d>{});
    case LayerKind::batch_norm:
      return BatchNorm(spec.name, spec.out_channels, false, device, dtype);
    case LayerKind::concat:
      break;
  }
  return HierarchicalNetwork::Concat{};
}

void check_input(const Tensor& x, DType dtype) {
  const bool fits = x.defined() && x.rank() == 4 && x.extent(3) == 1 && x.extent(1) % 8 == 0 &&
                    x.extent(2) % 8 == 0 && x.size() > 0;
  check(fits, "network", "lightness must be (N, H, W, 1) with H and W multiples of 8, it is {}",
        x.defined() ? to_string(x.shape()) : "undefined");
  check(x.dtype() == dtype, "network", "lightness is {}, the network {}", to_string(x.dtype()),
        to_string(dtype));
}

// The outputs of these are large, and among the quickest to compute again.
bool is_recomputed(const LayerSpec& spec) { return spec.name == "conv1_1" || spec.name == "conv2_1"; }

// Both convolutions, of which only x stays on the tape.
Tensor recomputed_pair(const Conv2d& first, const Conv2d& second, const Tensor& x) {
  return recompute("conv2d pair", [=](const std::vector<Tensor>& inputs) { return second(first(inputs[0])); },
                   {x}, {first.weight, first.bias, second.weight, second.bias});
}

}  // namespace

HierarchicalNetwork::HierarchicalNetwork(const NetworkConfig& config, Device device, DType dtype)
    : config_(config), device_(device), dtype_(dtype), activations_(dtype) {
  check(dtype == DType::float32 || dtype == DType::float64, "network",
        "computes in float32 or float64, not {}", to_string(dtype));
  for (const LayerSpec& spec : hierarchical_layers(config)) {
    const size_t index = layers_.size();
    last_use_.push_back(index);
    for (int64_t input : spec.inputs)
      if (input != kNetworkInput) last_use_[size_t(input)] = index;
    layers_.push_back({spec, make_module(spec, device, dtype)});
  }
}

HierarchicalNetwork::Output HierarchicalNetwork::walk(const Tensor& lightness, const Apply& apply) const {
  check_input(lightness, dtype_);
  const Tensor picture = activations_ == dtype_ ? lightness : lightness.to(activations_);
  std::vector<Tensor> values(layers_.size());
  Output output;
  for (size_t i = 0; i < layers_.size(); ++i) {
    const LayerSpec& spec = layers_[i].spec;
    std::vector<Tensor> inputs;
    for (int64_t input : spec.inputs)
      inputs.push_back(input == kNetworkInput ? picture : values[size_t(input)]);
    values[i] = apply(layers_[i], inputs);
    for (int64_t input : spec.inputs)
      if (input != kNetworkInput && last_use_[size_t(input)] == i) values[size_t(input)] = Tensor();
    if (spec.name == "conv8_313") output.color_logits = values[i];
    if (spec.name == "semantic_classifier") output.semantic_logits = values[i];
  }
  return output;
}

Tensor HierarchicalNetwork::apply(const Layer& layer, const std::vector<Tensor>& inputs, bool training) {
  if (const auto* norm = std::get_if<BatchNorm>(&layer.module)) return (*norm)(inputs[0], training);
  if (const auto* conv = std::get_if<Conv2d>(&layer.module)) return (*conv)(inputs[0]);
  if (const auto* conv = std::get_if<ConvTranspose2d>(&layer.module)) return (*conv)(inputs[0]);
  return concat(inputs);
}

HierarchicalNetwork HierarchicalNetwork::to(Device device) const {
  HierarchicalNetwork network(config_, device, dtype_);
  const std::vector<NamedTensor> from = tensors(), into = network.tensors();
  for (size_t i = 0; i < into.size(); ++i) into[i].tensor.copy_from(from[i].tensor);
  return network;
}

// On a CUDA device memory is not what is short.
HierarchicalNetwork::Output HierarchicalNetwork::forward(const Tensor& lightness, bool training) const {
  const bool saves_memory = gradients_enabled() && device_.in_host_memory();
  return walk(lightness, [&](const Layer& layer, const std::vector<Tensor>& inputs) {
    if (!saves_memory) return apply(layer, inputs, training);
    if (is_recomputed(layer.spec)) return inputs[0];  // left to the next layer
    const int64_t before = layer.spec.inputs[0];
    if (before == kNetworkInput || !is_recomputed(layers_[size_t(before)].spec))
      return apply(layer, inputs, training);
    return recomputed_pair(std::get<Conv2d>(layers_[size_t(before)].module), std::get<Conv2d>(layer.module),
                           inputs[0]);
  });
}

std::vector<NamedTensor> HierarchicalNetwork::tensors() const {
  std::vector<NamedTensor> tensors;
  for (const Layer& layer : layers_)
    std::visit(
        [&](const auto& module) {
          if constexpr (requires { module.collect(tensors); }) module.collect(tensors);
        },
        layer.module);
  return tensors;
}

}  // namespace huegrad
