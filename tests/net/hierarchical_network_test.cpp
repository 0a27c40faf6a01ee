#include "net/hierarchical_network.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "core/autograd.h"
#include "core/error.h"
#include "layers/add.h"
#include "layers/reduce.h"
#include "layers/softmax_cross_entropy.h"
#include "net/initialize.h"
#include "tests/net/tiny_config.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

template <class Real>
Tensor lightness(int64_t batch, int64_t height, int64_t width, Device device = {}) {
  return Tensor::from(random_values<Real>(batch * height * width, 3, -50, 50), {batch, height, width, 1},
                      device);
}

// Colour and semantic cross-entropy against fixed targets.
Tensor loss_of(const HierarchicalNetwork::Output& output) {
  const auto against = [](const Tensor& logits) {
    Shape shape = logits.shape();
    const int64_t classes = shape.back();
    shape.pop_back();
    std::vector<int32_t> index(size_t(element_count(shape)));
    for (size_t i = 0; i < index.size(); ++i) index[i] = int32_t(int64_t(i) % classes);
    return softmax_cross_entropy(logits, Tensor::from(index, shape), {}, {});
  };
  return add(against(output.color_logits), scale(against(output.semantic_logits), 0.5));
}

}  // namespace

TEST_CASE("network: output shapes at odd multiples of 8") {
  const HierarchicalNetwork network(tiny_config());
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{8, 8}, {24, 40}, {8, 56}}) {
    CAPTURE(height);
    CAPTURE(width);
    const auto output = network.forward(lightness<float>(2, height, width), false);
    CHECK(output.color_logits.shape() == Shape{2, height / 4, width / 4, 7});
    CHECK(output.semantic_logits.shape() == Shape{2, height / 4, width / 4, 3});
  }
  const auto output = HierarchicalNetwork(tiny_config(false)).forward(lightness<float>(1, 16, 8), false);
  CHECK(output.color_logits.shape() == Shape{1, 4, 2, 7});
  CHECK(!output.semantic_logits.defined());
}

TEST_CASE("network: other inputs are refused with their shape") {
  const HierarchicalNetwork network(tiny_config());
  CHECK_THROWS_WITH_AS(network.forward(lightness<float>(1, 12, 8), false),
                       "[network] lightness must be (N, H, W, 1) with H and W multiples of 8, it is 1x12x8x1",
                       Error);
  CHECK_THROWS_AS(network.forward(Tensor::zeros({1, 8, 8, 3}), false), Error);
  CHECK_THROWS_AS(network.forward(Tensor::zeros({0, 8, 8, 1}), false), Error);
  CHECK_THROWS_AS(network.forward(Tensor(), false), Error);
  CHECK_THROWS_AS(network.forward(lightness<double>(1, 8, 8), false), Error);
  CHECK_THROWS_AS(HierarchicalNetwork(tiny_config(), {}, DType::int32), Error);
}

TEST_CASE("network: names of tensors") {
  std::set<std::string> names;
  for (const NamedTensor& tensor : HierarchicalNetwork(tiny_config()).tensors()) names.insert(tensor.name);
  CHECK(names.size() == 2 * 23 + 2 * 7 + 2 * 4);
  for (const char* name : {"conv1_1.weight", "conv1_1.bias", "norm1.running_mean", "norm7.running_var",
                           "conv8_1.weight", "conv8_313.bias", "semantic_deconv5.weight",
                           "semantic_deconv6.bias", "semantic_conv.weight", "semantic_classifier.weight"}) {
    CAPTURE(name);
    CHECK(names.count(name) == 1);
  }
}

TEST_CASE("network: gradients reach every trainable tensor, and only those") {
  const HierarchicalNetwork network(tiny_config());
  const Tensor x = lightness<float>(2, 24, 16);
  initialize(network, {.seed = 5}, x);
  loss_of(network.forward(x, true)).backward();
  for (const NamedTensor& tensor : network.tensors()) {
    CAPTURE(tensor.name);
    REQUIRE(tensor.tensor.grad().defined() == tensor.trainable());
    if (!tensor.trainable()) continue;
    double norm = 0;
    for (float value : tensor.tensor.grad().values<float>()) norm += double(value) * value;
    CHECK(std::isfinite(norm));
    CHECK(norm > 0);
  }
}

TEST_CASE("network: the fast kernels agree with the definition, forward and backward") {
  const HierarchicalNetwork fast(tiny_config()), plain(tiny_config(), Device{DeviceKind::reference});
  const Tensor x = lightness<float>(2, 16, 24);
  initialize(fast, {.seed = 5}, x);
  const auto a = fast.tensors(), b = plain.tensors();
  for (size_t i = 0; i < a.size(); ++i) b[i].tensor.copy_from(a[i].tensor);
  const auto output = fast.forward(x, true),
             expected = plain.forward(x.to(Device{DeviceKind::reference}), true);
  CHECK(relative_error(output.color_logits.values<float>(), expected.color_logits.values<float>()) < 1e-4);
  CHECK(relative_error(output.semantic_logits.values<float>(), expected.semantic_logits.values<float>()) <
        1e-4);
  sum(output.color_logits).backward();
  sum(expected.color_logits).backward();
  CHECK(relative_error(a[0].tensor.grad().values<float>(), b[0].tensor.grad().values<float>()) < 1e-3);
}

TEST_CASE("network: float64 gradients equal central differences") {
  const HierarchicalNetwork network(tiny_config(), Device{DeviceKind::reference}, DType::float64);
  const Tensor x = lightness<double>(2, 16, 16, Device{DeviceKind::reference});
  initialize(network, {.seed = 2}, x);
  loss_of(network.forward(x, true)).backward();
  const double step = 1e-6;
  for (const NamedTensor& tensor : network.tensors()) {
    if (!tensor.trainable()) continue;
    CAPTURE(tensor.name);
    double& value = tensor.tensor.data<double>()[tensor.tensor.size() / 2];
    const double before = value;
    const NoGradient no_gradient;
    value = before + step;
    const double above = loss_of(network.forward(x, true)).item();
    value = before - step;
    const double below = loss_of(network.forward(x, true)).item();
    value = before;
    const double numeric = (above - below) / (2 * step);
    const double analytic = tensor.tensor.grad().values<double>()[size_t(tensor.tensor.size() / 2)];
    CHECK(std::abs(numeric - analytic) < 1e-6 + 1e-4 * std::abs(numeric));
  }
}

TEST_CASE("network: training moves the running statistics, inference does not") {
  const HierarchicalNetwork network(tiny_config());
  const Tensor x = lightness<float>(2, 16, 16);
  initialize(network, {.seed = 1});
  const auto mean = [&] {
    for (const NamedTensor& tensor : network.tensors())
      if (tensor.name == "norm1.running_mean") return tensor.tensor.values<float>();
    return std::vector<float>();
  };
  const auto before = mean();
  network.forward(x, false);
  CHECK(mean() == before);
  network.forward(x, true);
  CHECK(mean() != before);
}
