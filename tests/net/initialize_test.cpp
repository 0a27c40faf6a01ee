#include "net/initialize.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "kernels/parallel.h"
#include "layers/softmax_cross_entropy.h"
#include "tests/net/tiny_config.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

Tensor batch() { return Tensor::from(random_values<float>(4 * 32 * 24, 3, -50, 50), {4, 32, 24, 1}); }

std::vector<std::vector<float>> weights_of(const HierarchicalNetwork& network) {
  std::vector<std::vector<float>> values;
  for (const NamedTensor& tensor : network.tensors()) values.push_back(tensor.tensor.values<float>());
  return values;
}

// Worst distance of a channel's mean from 0 and of its variance from `variance`.
double distance_from(const Tensor& y, double variance) {
  const auto values = y.values<float>();
  const size_t channels = size_t(y.extent(-1)), rows = values.size() / channels;
  double worst = 0;
  for (size_t k = 0; k < channels; ++k) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < rows; ++i) sum += values[i * channels + k];
    for (size_t i = 0; i < rows; ++i) squares += std::pow(values[i * channels + k] - sum / double(rows), 2);
    worst = std::max({worst, std::abs(sum / double(rows)), std::abs(squares / double(rows) - variance)});
  }
  return worst;
}

}  // namespace

TEST_CASE("initialize: every channel starts with mean 0 and variance 1 before its ReLU") {
  const HierarchicalNetwork network(tiny_config());
  initialize(network, {.seed = 1}, batch());
  network.walk(batch(), [&](const HierarchicalNetwork::Layer& layer, const std::vector<Tensor>& inputs) {
    CAPTURE(layer.spec.name);
    const bool head = layer.spec.name == "conv8_313" || layer.spec.name == "semantic_classifier";
    const double variance = head ? kHeadDeviation * kHeadDeviation : 1;
    const auto look = [&](auto module) {
      module.options.relu = false;
      CHECK(distance_from(module(inputs[0]), variance) < 1e-3);
    };
    if (const auto* conv = std::get_if<Conv2d>(&layer.module)) look(*conv);
    if (const auto* conv = std::get_if<ConvTranspose2d>(&layer.module)) look(*conv);
    return HierarchicalNetwork::apply(layer, inputs, true);
  });
}

TEST_CASE("initialize: the loss starts at the entropy of the prior") {
  const NetworkConfig config = tiny_config();
  const HierarchicalNetwork network(config);
  const std::vector<double> prior = {0.5, 0.2, 0.1, 0.1, 0.06, 0.04, 0}, frequency = {30, 15, 5};
  initialize(network, {.seed = 1, .color_prior = prior, .class_frequency = frequency}, batch());
  const auto output = network.forward(batch(), true);
  // The expected loss over pixels whose colours follow the prior: soft targets equal to the prior everywhere.
  const auto loss = [](const Tensor& logits, const std::vector<double>& target, double total) {
    Shape shape = logits.shape();
    std::vector<int32_t> index(size_t(logits.size()));
    std::vector<float> weight(index.size());
    for (size_t i = 0; i < index.size(); ++i) {
      index[i] = int32_t(i % target.size());
      weight[i] = float(target[i % target.size()] / total);
    }
    return softmax_cross_entropy_sparse(logits, Tensor::from(index, shape), Tensor::from(weight, shape), {})
        .item();
  };
  double entropy = 0;
  for (double p : prior)
    if (p > 0) entropy -= p * std::log(p);
  CHECK(loss(output.color_logits, prior, 1) == doctest::Approx(entropy).epsilon(0.01));
  CHECK(loss(output.semantic_logits, frequency, 50) ==
        doctest::Approx(-0.6 * std::log(0.6) - 0.3 * std::log(0.3) - 0.1 * std::log(0.1)).epsilon(0.015));
}

TEST_CASE("initialize: the same numbers from the same seed, whatever the number of threads") {
  const HierarchicalNetwork a(tiny_config()), b(tiny_config()), c(tiny_config());
  initialize(a, {.seed = 7});
  const int threads = thread_count();
  set_thread_count(threads == 1 ? 2 : 1);
  initialize(b, {.seed = 7});
  set_thread_count(threads);
  initialize(c, {.seed = 8});
  CHECK(weights_of(a) == weights_of(b));
  CHECK(weights_of(a) != weights_of(c));
  initialize(a, {.seed = 7}, batch());
  CHECK(weights_of(a) != weights_of(b));
  initialize(c, {.seed = 7}, batch());
  CHECK(weights_of(a) == weights_of(c));  // nothing is left of what was there before
}

TEST_CASE("initialize: without a batch, weights have the variance 2 / fan-in") {
  const HierarchicalNetwork network(load_preset("tiny"));
  initialize(network, {.seed = 3});
  for (const NamedTensor& tensor : network.tensors()) {
    if (tensor.name != "conv5_1.weight" && tensor.name != "conv8_1.weight") continue;
    CAPTURE(tensor.name);
    double squares = 0;
    for (float value : tensor.tensor.values<float>()) squares += double(value) * value;
    // conv5_1: 112 x 3 x 3 inputs; conv8_1: of 112 x 4 x 4, one in four taps reaches an output
    const double expected = tensor.name == "conv5_1.weight" ? 2.0 / (112 * 9) : 2.0 / (112 * 4);
    CHECK(squares / double(tensor.tensor.size()) == doctest::Approx(expected).epsilon(0.03));
  }
}

TEST_CASE("initialize: a constant picture leaves no infinities") {
  const HierarchicalNetwork network(tiny_config());
  initialize(network, {.seed = 1}, Tensor::full({2, 16, 16, 1}, -50));
  for (const auto& values : weights_of(network))
    for (float value : values) REQUIRE(std::isfinite(value));
}

TEST_CASE("initialize: priors that are none are refused") {
  const HierarchicalNetwork network(tiny_config());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto with = [&](std::vector<double> prior) {
    initialize(network, {.color_prior = std::move(prior)});
  };
  CHECK_THROWS_WITH_AS(with({1, 2}), "[initialize] the colour prior needs 7 frequencies, 2 given", Error);
  CHECK_THROWS_AS(with({1, 2, 3, 4, 5, 6, -1}), Error);
  CHECK_THROWS_AS(with({1, 2, 3, 4, 5, 6, nan}), Error);
  CHECK_THROWS_AS(with({0, 0, 0, 0, 0, 0, 0}), Error);
  CHECK_THROWS_AS(initialize(network, {.class_frequency = {1}}), Error);
}
