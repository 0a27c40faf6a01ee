// Layers with parameters: a name, tensors and the function that uses them. Names and layouts on disk follow
// the Caffe release (conv1_1.weight, ...); in memory weights have the layouts of kernels/.
#pragma once
#include <string>
#include <vector>

#include "layers/conv2d.h"

namespace huegrad {

// One tensor of a network as seen by optimisers, checkpoints and summaries.
struct NamedTensor {
  enum class Role { weight, bias, norm_scale, norm_shift, running_mean, running_variance };

  std::string name;  // "conv1_1.weight"
  Tensor tensor;
  Role role;
  bool trainable() const { return role != Role::running_mean && role != Role::running_variance; }
};

struct Conv2d {
  Conv2d(std::string name, int64_t in_channels, int64_t out_channels, int64_t kernel,
         const Conv2dOptions& options);
  Tensor operator()(const Tensor& x) const { return conv2d(x, weight, bias, options); }
  void collect(std::vector<NamedTensor>& tensors) const;

  std::string name;
  Conv2dOptions options;
  Tensor weight, bias;  // (K, R, S, C), (K)
};

struct ConvTranspose2d {
  ConvTranspose2d(std::string name, int64_t in_channels, int64_t out_channels, int64_t kernel,
                  const Conv2dOptions& options);
  Tensor operator()(const Tensor& x) const;
  void collect(std::vector<NamedTensor>& tensors) const;

  std::string name;
  Conv2dOptions options;
  Tensor weight, bias;  // (C, R, S, K), (K)
};

// Without affine part, as in Caffe, unless asked for.
struct BatchNorm {
  BatchNorm(std::string name, int64_t channels, bool affine = false);
  Tensor operator()(const Tensor& x, bool training) const;
  void collect(std::vector<NamedTensor>& tensors) const;

  std::string name;
  double momentum = 0.1;
  Tensor gamma, beta;  // undefined without affine part
  Tensor running_mean, running_variance;
};

}  // namespace huegrad
