#include "layers/modules.h"

#include <doctest/doctest.h>

using namespace huegrad;
using Role = NamedTensor::Role;

TEST_CASE("modules: names, shapes and roles") {
  std::vector<NamedTensor> tensors;
  Conv2d("conv1", 3, 8, 5, {}).collect(tensors);
  ConvTranspose2d("up", 8, 4, 2, {}).collect(tensors);
  BatchNorm("norm", 4).collect(tensors);
  BatchNorm("affine", 4, true).collect(tensors);
  const std::vector<std::tuple<std::string, Shape, Role>> expected = {
      {"conv1.weight", {8, 5, 5, 3}, Role::weight},     {"conv1.bias", {8}, Role::bias},
      {"up.weight", {8, 2, 2, 4}, Role::weight},        {"up.bias", {4}, Role::bias},
      {"norm.running_mean", {4}, Role::running_mean},   {"norm.running_var", {4}, Role::running_variance},
      {"affine.weight", {4}, Role::norm_scale},         {"affine.bias", {4}, Role::norm_shift},
      {"affine.running_mean", {4}, Role::running_mean}, {"affine.running_var", {4}, Role::running_variance}};
  REQUIRE(tensors.size() == expected.size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    CAPTURE(tensors[i].name);
    CHECK(tensors[i].name == std::get<0>(expected[i]));
    CHECK(tensors[i].tensor.shape() == std::get<1>(expected[i]));
    CHECK(tensors[i].role == std::get<2>(expected[i]));
    CHECK(tensors[i].tensor.requires_grad() == tensors[i].trainable());
  }
}

TEST_CASE("modules: compute with their tensors and options") {
  const Tensor x = Tensor::full({1, 4, 4, 3}, 1);
  const Conv2d conv("conv", 3, 8, 3, {.stride = 2, .padding = 1});
  conv.bias.data<float>()[0] = 2;
  const Tensor y = conv(x);
  CHECK(y.shape() == Shape{1, 2, 2, 8});
  CHECK(y.data<float>()[0] == 2);
  CHECK(ConvTranspose2d("up", 8, 5, 4, {.stride = 2, .padding = 1})(y).shape() == Shape{1, 4, 4, 5});

  const BatchNorm norm("norm", 8, true);
  CHECK(norm(y, false).data<float>()[0] == doctest::Approx(2).epsilon(1e-4));
  CHECK(norm.running_mean.data<float>()[0] == 0);
  CHECK(norm(y, true).data<float>()[0] == 0);
  CHECK(norm.running_mean.data<float>()[0] == doctest::Approx(0.2));
  CHECK(norm.running_variance.data<float>()[0] == doctest::Approx(0.9));
}
