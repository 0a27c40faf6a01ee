#include "layers/modules.h"

#include "layers/batch_norm.h"
#include "layers/conv_transpose2d.h"

namespace huegrad {
namespace {

Tensor parameter(const Shape& shape, double value, DType dtype, Device device) {
  return Tensor::full(shape, value, dtype, device).set_requires_grad();
}

using Role = NamedTensor::Role;

}  // namespace

Conv2d::Conv2d(std::string name_, int64_t in_channels, int64_t out_channels, int64_t kernel,
               const Conv2dOptions& options_, Device device, DType dtype)
    : name(std::move(name_)),
      options(options_),
      weight(parameter({out_channels, kernel, kernel, in_channels}, 0, dtype, device)),
      bias(parameter({out_channels}, 0, dtype, device)) {}

void Conv2d::collect(std::vector<NamedTensor>& tensors) const {
  tensors.push_back({name + ".weight", weight, Role::weight});
  tensors.push_back({name + ".bias", bias, Role::bias});
}

ConvTranspose2d::ConvTranspose2d(std::string name_, int64_t in_channels, int64_t out_channels, int64_t kernel,
                                 const Conv2dOptions& options_, Device device, DType dtype)
    : name(std::move(name_)),
      options(options_),
      weight(parameter({in_channels, kernel, kernel, out_channels}, 0, dtype, device)),
      bias(parameter({out_channels}, 0, dtype, device)) {}

Tensor ConvTranspose2d::operator()(const Tensor& x) const {
  return conv_transpose2d(x, weight, bias, options);
}

void ConvTranspose2d::collect(std::vector<NamedTensor>& tensors) const {
  tensors.push_back({name + ".weight", weight, Role::weight});
  tensors.push_back({name + ".bias", bias, Role::bias});
}

BatchNorm::BatchNorm(std::string name_, int64_t channels, bool affine, Device device, DType dtype)
    : name(std::move(name_)),
      gamma(affine ? parameter({channels}, 1, dtype, device) : Tensor()),
      beta(affine ? parameter({channels}, 0, dtype, device) : Tensor()),
      running_mean(Tensor::zeros({channels}, dtype, device)),
      running_variance(Tensor::full({channels}, 1, dtype, device)) {}

Tensor BatchNorm::operator()(const Tensor& x, bool training) const {
  return batch_norm(x, gamma, beta, running_mean, running_variance,
                    {.training = training, .momentum = momentum});
}

void BatchNorm::collect(std::vector<NamedTensor>& tensors) const {
  if (gamma.defined()) tensors.push_back({name + ".weight", gamma, Role::norm_scale});
  if (beta.defined()) tensors.push_back({name + ".bias", beta, Role::norm_shift});
  tensors.push_back({name + ".running_mean", running_mean, Role::running_mean});
  tensors.push_back({name + ".running_var", running_variance, Role::running_variance});
}

}  // namespace huegrad
