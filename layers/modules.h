// Layers with parameters: a name, tensors and the function that uses them. Names and layouts on disk follow
// the Caffe release (conv1_1.weight, ...); in memory weights have the layouts of kernels/.
//
// Constructors make zeros (running variances: ones) that require a gradient; filling them is the network's
// business.
#pragma once
#include <string>
#include <vector>

#include "core/named_tensor.h"
#include "layers/conv2d.h"

namespace huegrad {

struct Conv2d {
  Conv2d(std::string name, int64_t in_channels, int64_t out_channels, int64_t kernel,
         const Conv2dOptions& options, Device device = {}, DType dtype = DType::float32);
  Tensor operator()(const Tensor& x) const { return conv2d(x, weight, bias, options); }
  // Appends NAME.weight and NAME.bias.
  void collect(std::vector<NamedTensor>& tensors) const;

  std::string name;
  Conv2dOptions options;
  Tensor weight, bias;  // (K, R, S, C), (K)
};

struct ConvTranspose2d {
  ConvTranspose2d(std::string name, int64_t in_channels, int64_t out_channels, int64_t kernel,
                  const Conv2dOptions& options, Device device = {}, DType dtype = DType::float32);
  Tensor operator()(const Tensor& x) const;
  // Appends NAME.weight and NAME.bias.
  void collect(std::vector<NamedTensor>& tensors) const;

  std::string name;
  Conv2dOptions options;
  Tensor weight, bias;  // (C, R, S, K), (K)
};

// Without affine part, as in Caffe, unless asked for.
struct BatchNorm {
  BatchNorm(std::string name, int64_t channels, bool affine = false, Device device = {},
            DType dtype = DType::float32);
  Tensor operator()(const Tensor& x, bool training) const;
  // Appends NAME.weight and NAME.bias if affine, then NAME.running_mean and NAME.running_var.
  void collect(std::vector<NamedTensor>& tensors) const;

  std::string name;
  double momentum = 0.1;
  Tensor gamma, beta;                     // (C), ones and zeros; undefined without affine part
  Tensor running_mean, running_variance;  // (C)
};

}  // namespace huegrad
