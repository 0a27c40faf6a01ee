#include "net/layer_spec.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"

namespace huegrad {
namespace {

// Appends layers; each call returns the index of the new one.
class Builder {
 public:
  int64_t convolution(const std::string& name, int64_t input, int64_t out_channels, int64_t kernel,
                      const Conv2dOptions& options) {
    return add({name, LayerKind::convolution, {input}, channels(input), out_channels, kernel, options});
  }
  // Doubles the size: kernel 4, stride 2, padding 1.
  int64_t deconvolution(const std::string& name, int64_t input, int64_t out_channels) {
    const Conv2dOptions options{.stride = 2, .padding = 1, .relu = true};
    return add({name, LayerKind::deconvolution, {input}, channels(input), out_channels, 4, options});
  }
  int64_t batch_norm(const std::string& name, int64_t input) {
    return add({name, LayerKind::batch_norm, {input}, channels(input), channels(input), 0, {}});
  }
  int64_t concat(const std::string& name, const std::vector<int64_t>& inputs) {
    int64_t sum = 0;
    for (int64_t input : inputs) sum += channels(input);
    return add({name, LayerKind::concat, inputs, sum, sum, 0, {}});
  }
  std::vector<LayerSpec> take() { return std::move(layers_); }

 private:
  int64_t channels(int64_t index) const {
    return index == kNetworkInput ? 1 : layers_[size_t(index)].out_channels;
  }
  int64_t add(LayerSpec layer) {
    layers_.push_back(std::move(layer));
    return int64_t(layers_.size()) - 1;
  }

  std::vector<LayerSpec> layers_;
};

// Blocks conv1 .. conv7. In the first three the last convolution halves the size.
struct Block {
  int convolutions;
  int64_t last_stride, dilation;
};
constexpr Block kBlocks[] = {{2, 2, 1}, {2, 2, 1}, {3, 2, 1}, {3, 1, 1}, {3, 1, 2}, {3, 1, 2}, {3, 1, 1}};

int64_t add_block(Builder& net, int number, const Block& block, int64_t input, int64_t channels) {
  int64_t x = input;
  for (int i = 1; i <= block.convolutions; ++i) {
    const Conv2dOptions options{.stride = i == block.convolutions ? block.last_stride : 1,
                                .padding = block.dilation,
                                .dilation = block.dilation,
                                .relu = true};
    x = net.convolution(fmt::format("conv{}_{}", number, i), x, channels, 3, options);
  }
  return net.batch_norm(fmt::format("norm{}", number), x);
}

LayerCost cost_of(const LayerSpec& layer, const Shape& x) {
  LayerCost cost{.output = x};
  cost.output[3] = layer.out_channels;
  const auto fill = [&](auto shape) {
    shape = {x[0],
             x[1],
             x[2],
             layer.in_channels,
             layer.out_channels,
             layer.kernel,
             layer.kernel,
             layer.options.stride,
             layer.options.padding,
             layer.options.dilation};
    cost.output = {x[0], shape.out_height(), shape.out_width(), layer.out_channels};
    cost.parameters = shape.weight_size() + layer.out_channels;
    cost.macs = shape.macs();
  };
  if (layer.kind == LayerKind::convolution) fill(Conv2dShape{});
  if (layer.kind == LayerKind::deconvolution) fill(ConvTranspose2dShape{});
  if (layer.kind == LayerKind::batch_norm) cost.buffers = 2 * layer.out_channels;
  return cost;
}

}  // namespace

std::vector<LayerSpec> hierarchical_layers(const NetworkConfig& config) {
  const auto& channels = config.channels;
  Builder net;
  int64_t x = kNetworkInput, conv5 = 0, conv6 = 0;
  for (int number = 1; number <= 7; ++number) {
    x = add_block(net, number, kBlocks[number - 1], x, channels[size_t(number - 1)]);
    if (number == 5) conv5 = x;
    if (number == 6) conv6 = x;
  }
  const Conv2dOptions same{.padding = 1, .relu = true};
  const int64_t conv7_up = net.deconvolution("conv8_1", x, channels[7]);
  x = net.convolution("conv8_2", conv7_up, channels[7], 3, same);
  x = net.convolution("conv8_3", x, channels[7], 3, same);
  net.convolution("conv8_313", x, config.bins, 1, {});
  if (config.semantics) {
    const int64_t conv5_up = net.deconvolution("semantic_deconv5", conv5, config.deconv_channels);
    const int64_t conv6_up = net.deconvolution("semantic_deconv6", conv6, config.deconv_channels);
    x = net.concat("semantic_concat", {conv5_up, conv6_up, conv7_up});
    x = net.convolution("semantic_conv", x, config.head_channels, 3, same);
    net.convolution("semantic_classifier", x, int64_t(config.classes.size()), 1, {});
  }
  return net.take();
}

int64_t find_layer(const std::vector<LayerSpec>& layers, const std::string& name) {
  const auto found = std::ranges::find(layers, name, &LayerSpec::name);
  return found == layers.end() ? -1 : found - layers.begin();
}

std::vector<LayerCost> layer_costs(const std::vector<LayerSpec>& layers, int64_t batch, int64_t height,
                                   int64_t width) {
  std::vector<LayerCost> costs;
  for (const LayerSpec& layer : layers) {
    const int64_t input = layer.inputs[0];
    costs.push_back(cost_of(
        layer, input == kNetworkInput ? Shape{batch, height, width, 1} : costs[size_t(input)].output));
  }
  return costs;
}

}  // namespace huegrad
