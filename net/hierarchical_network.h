// The hierarchical network: Zhang's trunk and colour head (ECCV 2016, v2) with the paper's semantic branch
// (section 2.3, Figure 2). H and W are multiples of 8.
//
//   conv1..conv4  shared           each block: convolutions with ReLU, then batch norm
//   conv5..conv7  shared, 1/8 of the resolution (conv5, conv6 dilated)
//   conv8         deconvolution to 1/4, two convolutions, 1x1 to 313 colour bins
//   semantic      deconvolutions of conv5 and conv6, concatenated with conv8's own deconvolution of conv7,
//                 3x3 convolution, 1x1 classifier
//
// The exact list of layers is in net/layer_spec.cpp.
#pragma once
#include <functional>
#include <variant>
#include <vector>

#include "layers/modules.h"
#include "net/layer_spec.h"
#include "net/network_config.h"

namespace huegrad {

class HierarchicalNetwork {
 public:
  // Weights and biases are zero, batch norm has mean 0 and variance 1: see net/initialize.h and
  // net/model_file.h. float64 computes with the reference kernels.
  explicit HierarchicalNetwork(const NetworkConfig& config, Device device = {}, DType dtype = DType::float32);

  struct Concat {};
  struct Layer {
    LayerSpec spec;
    std::variant<Conv2d, ConvTranspose2d, BatchNorm, Concat> module;
  };
  struct Output {
    Tensor color_logits;     // (N, H/4, W/4, 313)
    Tensor semantic_logits;  // (N, H/4, W/4, classes); undefined without semantics
  };
  // lightness (N, H, W, 1): L - 50. training: batch norm uses and updates batch statistics. In host memory the
  // tape does not keep the output of conv1_1, the largest of all, but computes it again.
  Output forward(const Tensor& lightness, bool training) const;

  // The walk behind forward(): `apply` computes each layer from its inputs; a value is let go after its last
  // use. For whoever wants to see or change what flows (initialisation, activations, profiles).
  using Apply = std::function<Tensor(const Layer& layer, const std::vector<Tensor>& inputs)>;
  Output walk(const Tensor& lightness, const Apply& apply) const;
  static Tensor apply(const Layer& layer, const std::vector<Tensor>& inputs, bool training);

  // The same numbers in tensors of their own on another device.
  HierarchicalNetwork to(Device device) const;
  // What activations are stored in: bfloat16, on CUDA, keeps parameters, sums and logits' losses in float32.
  void store_activations_in(DType dtype) { activations_ = dtype; }

  const NetworkConfig& config() const { return config_; }
  Device device() const { return device_; }
  const std::vector<Layer>& layers() const { return layers_; }
  // The layers alone, of a network that is not needed any more: their weights can be let go one by one.
  std::vector<Layer> take_layers() && { return std::move(layers_); }
  // Every tensor of the model in the order of the network; handles, not copies.
  std::vector<NamedTensor> tensors() const;

 private:
  NetworkConfig config_;
  Device device_;
  DType dtype_, activations_;
  std::vector<Layer> layers_;
  std::vector<size_t> last_use_;  // by layer: the last one that reads it; itself for outputs
};

}  // namespace huegrad
