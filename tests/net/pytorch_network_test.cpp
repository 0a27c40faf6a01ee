// One training pass of the tiny network, forwards and backwards, against PyTorch. Weights, pictures and
// targets come from Philox on both sides (tests/oracle/pytorch_network.py), so the fixture holds results
// only.
#include <doctest/doctest.h>

#include <cmath>

#include "core/autograd.h"
#include "kernels/random.h"
#include "layers/add.h"
#include "layers/softmax_cross_entropy.h"
#include "net/hierarchical_network.h"
#include "tests/support/pytorch.h"

using namespace huegrad;

namespace {

constexpr uint64_t kSeed = 7;

Tensor uniform(uint64_t stream, const Shape& shape, double low, double high, DType dtype) {
  const Tensor tensor = Tensor::empty(shape, DType::float64);
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor.data<double>()[i] = philox(kSeed, stream, uint64_t(i))[0] / 0x1p32 * (high - low) + low;
  return tensor.to(dtype);
}

Tensor integers(uint64_t stream, const Shape& shape, uint32_t count) {
  const Tensor tensor = Tensor::empty(shape, DType::int32);
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor.data<int32_t>()[i] = int32_t(philox(kSeed, stream, uint64_t(i))[0] % count);
  return tensor;
}

// Streams count tensors in the order of the network, running statistics left out.
std::vector<NamedTensor> fill_parameters(const HierarchicalNetwork& network, DType dtype) {
  std::vector<NamedTensor> parameters;
  for (const NamedTensor& named : network.tensors())
    if (named.trainable()) parameters.push_back(named);
  for (size_t stream = 0; stream < parameters.size(); stream += 2) {
    const Tensor weight = parameters[stream].tensor, bias = parameters[stream + 1].tensor;
    const double limit = std::sqrt(6 / double(weight.size() / bias.size()));
    weight.copy_from(uniform(stream, weight.shape(), -limit, limit, dtype));
    bias.copy_from(uniform(stream + 1, bias.shape(), -0.1, 0.1, dtype));
  }
  return parameters;
}

// The numbers of tests/oracle/pytorch_network.py, whatever the presets become.
NetworkConfig tiny_config() {
  NetworkConfig config;
  config.preset = "oracle";
  config.channels = {16, 32, 64, 112, 112, 112, 112, 64};
  config.classes.assign(21, "class");
  config.deconv_channels = 64;
  config.head_channels = 32;
  return config;
}

struct Losses {
  Tensor color, semantic;
};

Losses losses(const HierarchicalNetwork::Output& output, DType dtype) {
  const Shape grid = {2, 8, 8};
  Shape pairs = grid;
  pairs.push_back(5);
  const Tensor weight = Tensor::empty(pairs, DType::float64);
  constexpr double kWeights[] = {0.4, 0.25, 0.15, 0.12, 0.08};
  for (int64_t i = 0; i < weight.size(); ++i) weight.data<double>()[i] = kWeights[i % 5];
  const Tensor label = integers(1003, grid, 21);
  for (int64_t i = 0; i < label.size(); i += 7) label.data<int32_t>()[i] = 255;
  return {softmax_cross_entropy_sparse(output.color_logits, integers(1001, pairs, 313), weight.to(dtype),
                                       uniform(1002, grid, 0.5, 1.5, dtype)),
          softmax_cross_entropy(output.semantic_logits, label, uniform(1004, {21}, 0.5, 2, dtype), {},
                                {LossNormalization::per_weight})};
}

void check_samples(const Tensor& tensor, int64_t every, const nlohmann::json& expected, double tolerance) {
  const std::vector<double> values = tensor.to(DType::float64).values<double>();
  for (size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(std::abs(values.at(i * size_t(every)) - expected[i].get<double>()) <= tolerance);
  }
}

void check_gradient(const Tensor& gradient, const nlohmann::json& expected, double tolerance) {
  const std::vector<double> values = gradient.to(DType::float64).values<double>();
  double squares = 0;
  for (double value : values) squares += value * value;
  const double norm = expected["norm"], scale = norm / std::sqrt(double(values.size()));
  CHECK(std::abs(std::sqrt(squares) - norm) <= tolerance * norm);
  for (size_t i = 0; i < 3; ++i)
    CHECK(std::abs(values[i] - expected["first"][i].get<double>()) <= 10 * tolerance * scale);
  CHECK(std::abs(values.back() - expected["last"].get<double>()) <= 10 * tolerance * scale);
}

void check_pass(DType dtype, double tolerance) {
  const nlohmann::json expected = test::pytorch_cases("network")[0];
  const HierarchicalNetwork network(tiny_config(), {}, dtype);
  const std::vector<NamedTensor> parameters = fill_parameters(network, dtype);
  const auto output = network.forward(uniform(1000, {2, 32, 32, 1}, -50, 50, dtype), true);
  check_samples(output.color_logits, 1777, expected["color_logits"], tolerance);
  check_samples(output.semantic_logits, 101, expected["semantic_logits"], tolerance);
  const Losses loss = losses(output, dtype);
  CHECK(std::abs(loss.color.item() - expected["color_loss"].get<double>()) <= tolerance);
  CHECK(std::abs(loss.semantic.item() - expected["semantic_loss"].get<double>()) <= tolerance);
  add(loss.color, scale(loss.semantic, 0.3)).backward();
  REQUIRE(parameters.size() == expected["gradients"].size());
  for (const NamedTensor& named : parameters) {
    CAPTURE(named.name);
    REQUIRE(expected["gradients"].contains(named.name));
    check_gradient(named.tensor.grad(), expected["gradients"][named.name], tolerance);
  }
}

}  // namespace

TEST_CASE("network: PyTorch computes the same losses and gradients, float64") {
  check_pass(DType::float64, 1e-9);
}

TEST_CASE("network: PyTorch computes the same losses and gradients, float32") {
  check_pass(DType::float32, 5e-5);  // Winograd's algorithm and sums of up to 4608 products in float
}
