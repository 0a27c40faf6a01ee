#include "net/widen.h"

#include <doctest/doctest.h>

#include "core/autograd.h"
#include "core/error.h"
#include "layers/reduce.h"
#include "net/initialize.h"
#include "tests/support/compare.h"
#include "tests/support/small_network.h"

namespace huegrad {
namespace {

NetworkConfig wider_config(bool semantics = true) {
  NetworkConfig config = test::small_config(semantics);
  config.channels = {6, 4, 12, 8, 16, 12, 9, 11};
  config.deconv_channels = 7;
  config.head_channels = 5;
  return config;
}

Tensor noise(uint64_t seed) {
  return Tensor::from(test::random_values<float>(2 * 32 * 48, seed, -50, 50), {2, 32, 48, 1});
}

HierarchicalNetwork widened(const HierarchicalNetwork& narrower, const NetworkConfig& config,
                            const Tensor& lightness = {}) {
  HierarchicalNetwork wider(config);
  const Widening widening(narrower, config);
  initialize(wider, {.seed = 7, .narrower = &widening}, lightness);
  return wider;
}

Tensor weight_of(const std::vector<NamedTensor>& tensors, const std::string& name) {
  return std::ranges::find(tensors, name, &NamedTensor::name)->tensor;
}

std::string refusal(const NetworkConfig& from, const NetworkConfig& to) {
  try {
    Widening(HierarchicalNetwork(from), to);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("widen: a wider network starts with the answers of the narrower one") {
  const HierarchicalNetwork narrower = test::small_network();
  const NoGradient no_gradient;
  for (const bool training : {false, true})
    for (const Tensor& lightness : {Tensor(), noise(1)}) {
      CAPTURE(training);
      CAPTURE(lightness.defined());
      const HierarchicalNetwork wider = widened(narrower, wider_config(), lightness);
      const auto expected = narrower.forward(noise(2), training), got = wider.forward(noise(2), training);
      CHECK(test::relative_error(got.color_logits.values<float>(), expected.color_logits.values<float>()) <
            1e-5);
      CHECK(test::relative_error(got.semantic_logits.values<float>(),
                                 expected.semantic_logits.values<float>()) < 1e-5);
    }
}

TEST_CASE("widen: the semantic branch may be left behind") {
  const HierarchicalNetwork narrower = test::small_network();
  const NoGradient no_gradient;
  const auto expected = narrower.forward(noise(2), false);
  const auto got = widened(narrower, wider_config(false)).forward(noise(2), false);
  CHECK_FALSE(got.semantic_logits.defined());
  CHECK(test::relative_error(got.color_logits.values<float>(), expected.color_logits.values<float>()) < 1e-5);
}

TEST_CASE("widen: a network of the same width is a copy") {
  const HierarchicalNetwork narrower = test::small_network();
  CHECK(Widening(narrower, test::small_config()).covers_all());
  CHECK_FALSE(Widening(narrower, wider_config()).covers_all());
  const auto copied = widened(narrower, test::small_config()).tensors(), original = narrower.tensors();
  for (size_t i = 0; i < original.size(); ++i) {
    CAPTURE(original[i].name);
    CHECK(copied[i].tensor.values<float>() == original[i].tensor.values<float>());
  }
}

TEST_CASE("widen: nobody listens to new channels yet, and gradients ask everybody to") {
  const HierarchicalNetwork wider = widened(test::small_network(), wider_config(), noise(1));
  sum(wider.forward(noise(2), true).color_logits).backward();
  // (16, 3, 3, 16), of which the first 8 and 8 are old.
  const Tensor weight = weight_of(wider.tensors(), "conv5_2.weight");
  const std::vector<float> values = weight.values<float>(), gradients = weight.grad().values<float>();
  double heard = 0, asked = 0, of_new = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool old_output = i / 16 / 9 < 8, old_input = i % 16 < 8;
    if (old_output && !old_input) heard += std::abs(values[i]), asked += std::abs(gradients[i]);
    if (!old_output) of_new += std::abs(values[i]);
  }
  CHECK(heard == 0);
  CHECK(asked > 0);
  CHECK(of_new > 0);
}

TEST_CASE("widen: what does not fit is named") {
  NetworkConfig narrow = test::small_config(), other_classes = test::small_config();
  other_classes.classes.pop_back();
  CHECK(refusal(wider_config(), narrow) ==
        "conv1_1 has 6 channels in the model to start from and 4 in the network (initial_model). A model "
        "starts a network that is as wide or wider, with the same classes");
  CHECK(refusal(narrow, other_classes)
            .starts_with(
                "semantic_classifier has 21 channels in the model to start from and 20 in the network"));
  CHECK(refusal(test::small_config(false), narrow)
            .starts_with("semantic_deconv5 has 0 channels in the model to start from and 4 in the network"));
}

}  // namespace huegrad
