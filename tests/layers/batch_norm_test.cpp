#include "layers/batch_norm.h"

#include <doctest/doctest.h>

#include "core/autograd.h"
#include "core/error.h"
#include "layers/reduce.h"
#include "tests/support/pytorch.h"

using namespace huegrad;

TEST_CASE("batch_norm: PyTorch agrees, running statistics included") {
  test::check_against_pytorch("batch_norm", [](const nlohmann::json& o, const test::NamedTensors& t) {
    return batch_norm(t["x"], t["gamma"], t["beta"], t["running_mean"], t["running_variance"],
                      {.training = o["training"], .momentum = o["momentum"], .epsilon = o["epsilon"]});
  });
}

TEST_CASE("batch_norm: a tape of frozen statistics survives their change") {
  const Tensor x = Tensor::from(std::vector<double>{1, 2, 3}, {3, 1}).set_requires_grad();
  const Tensor mean = Tensor::zeros({1}, DType::float64), variance = Tensor::full({1}, 4, DType::float64);
  const Tensor loss = sum(batch_norm(x, {}, {}, mean, variance, {.training = false, .epsilon = 0}));
  batch_norm(x, {}, {}, mean, variance);
  CHECK(variance.item() != 4);
  loss.backward();
  CHECK(x.grad().values<double>() == std::vector<double>(3, 0.5));
}

TEST_CASE("batch_norm: wrong arguments are named") {
  const Tensor x = Tensor::zeros({2, 3}), mean = Tensor::zeros({3}), variance = Tensor::full({3}, 1);
  CHECK_THROWS_WITH_AS(batch_norm(x, Tensor::zeros({4}), {}, mean, variance),
                       "[batch_norm] gamma must be 3, it is 4 (x 2x3)", Error);
  CHECK_THROWS_WITH_AS(batch_norm(x, {}, {}, {}, variance), "[batch_norm] running_mean is undefined", Error);
  CHECK_THROWS_WITH_AS(batch_norm(Tensor::zeros({1, 3}), {}, {}, mean, variance),
                       "[batch_norm] training needs more than one value per channel, x is 1x3", Error);
}
