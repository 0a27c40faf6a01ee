#include "net/inference_plan.h"

#include <doctest/doctest.h>

#include "core/autograd.h"
#include "core/error.h"
#include "tests/support/compare.h"
#include "tests/support/small_network.h"

using namespace huegrad;
using test::relative_error;

namespace {

Tensor random_lightness(const Shape& shape, uint64_t seed) {
  return Tensor::from(test::random_values<float>(element_count(shape), seed, -50, 50), shape);
}

HierarchicalNetwork::Output tape(const HierarchicalNetwork& network, const Tensor& lightness) {
  const NoGradient off_the_tape;
  return network.forward(lightness, false);
}

}  // namespace

TEST_CASE("inference plan: same answer as the tape, where everything is border and where little is") {
  const HierarchicalNetwork network = test::small_network();
  InferencePlan fast(network), lean(network, DType::float32, true);
  for (InferencePlan* plan : {&fast, &lean})
    for (const Shape& shape :
         {Shape{1, 8, 8, 1}, Shape{2, 8, 24, 1}, Shape{1, 64, 40, 1}, Shape{3, 16, 16, 1}}) {
      CAPTURE(to_string(shape));
      const Tensor lightness = random_lightness(shape, 5);
      const auto expected = tape(network, lightness), actual = plan->run(lightness);
      CHECK(actual.color_logits.shape() == expected.color_logits.shape());
      CHECK(actual.semantic_logits.shape() == expected.semantic_logits.shape());
      CHECK(relative_error(actual.color_logits.values<float>(), expected.color_logits.values<float>()) <
            1e-4);
      CHECK(relative_error(actual.semantic_logits.values<float>(), expected.semantic_logits.values<float>()) <
            1e-4);
    }
}

TEST_CASE("inference plan: a network without semantics") {
  const HierarchicalNetwork network = test::small_network(false);
  InferencePlan plan(network);
  const Tensor lightness = random_lightness({1, 16, 8, 1}, 6);
  const auto actual = plan.run(lightness);
  CHECK_FALSE(actual.semantic_logits.defined());
  CHECK(relative_error(actual.color_logits.values<float>(),
                       tape(network, lightness).color_logits.values<float>()) < 1e-4);
}

TEST_CASE("inference plan: batch norm matters to the comparison") {
  const HierarchicalNetwork network = test::small_network();
  const Tensor lightness = random_lightness({1, 16, 16, 1}, 7);
  InferencePlan before(network);
  for (const NamedTensor& named : network.tensors())
    if (named.name == "norm3.running_mean") named.tensor.data<float>()[0] += 1;
  CHECK(relative_error(before.run(lightness).color_logits.values<float>(),
                       tape(network, lightness).color_logits.values<float>()) > 1e-3);
}

TEST_CASE("inference plan: a batch gives what its pictures give alone, twice the same bits") {
  const HierarchicalNetwork network = test::small_network();
  InferencePlan plan(network);
  const Tensor batch = random_lightness({3, 24, 16, 1}, 8);
  const auto together = plan.run(batch);
  CHECK(plan.run(batch).color_logits.values<float>() == together.color_logits.values<float>());
  for (int64_t i = 0; i < 3; ++i) {
    const auto alone = plan.run(batch.narrow(i, 1));
    CHECK(relative_error(alone.color_logits.values<float>(),
                         together.color_logits.narrow(i, 1).values<float>()) < 1e-5);
    CHECK(relative_error(alone.semantic_logits.values<float>(),
                         together.semantic_logits.narrow(i, 1).values<float>()) < 1e-5);
  }
}

TEST_CASE("inference plan: activations share their memory") {
  const HierarchicalNetwork network = test::small_network();
  InferencePlan plan(network);
  const auto& channels = network.config().channels;
  // The two largest activations, conv1_1 and conv1_2, are alive together; everything later fits below them.
  const int64_t first_block = (64 * 64 + 32 * 32) * channels[0] * int64_t(sizeof(float));
  CHECK(plan.workspace_bytes({1, 64, 64, 1}) < first_block + 4096);
}

TEST_CASE("inference plan: sizes it cannot take") {
  const HierarchicalNetwork network = test::small_network();
  InferencePlan plan(network);
  CHECK_THROWS_AS(plan.run(random_lightness({1, 12, 16, 1}, 1)), Error);
  CHECK_THROWS_AS(plan.run(random_lightness({1, 16, 16, 2}, 1)), Error);
  CHECK_THROWS_AS(plan.run(random_lightness({16, 16}, 1)), Error);
}
