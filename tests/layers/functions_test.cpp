// The small functions: what they compute where no fixture says so, and what they refuse.
#include <doctest/doctest.h>

#include "core/error.h"
#include "layers/add.h"
#include "layers/annealed_mean.h"
#include "layers/concat.h"
#include "layers/joint_bilateral_upsample.h"
#include "layers/linear.h"
#include "layers/reduce.h"
#include "layers/relu.h"
#include "layers/slice.h"

using namespace huegrad;

namespace {

Tensor numbers(const Shape& shape) {
  std::vector<double> values(size_t(element_count(shape)));
  for (size_t i = 0; i < values.size(); ++i) values[i] = double(i);
  return Tensor::from(values, shape);
}

}  // namespace

TEST_CASE("slice undoes concat") {
  const Tensor a = numbers({2, 2, 3}), b = numbers({2, 2, 1});
  const Tensor joined = concat({a, b});
  CHECK(joined.shape() == Shape{2, 2, 4});
  CHECK(joined.values<double>() == std::vector<double>{0, 1, 2, 0, 3, 4, 5, 1, 6, 7, 8, 2, 9, 10, 11, 3});
  CHECK(slice(joined, 0, 3).values<double>() == a.values<double>());
  CHECK(slice(joined, 3, 1).values<double>() == b.values<double>());
  CHECK_THROWS_WITH_AS(slice(joined, 3, 2), "[slice] channels [3, 5) of x 2x2x4", Error);
  CHECK_THROWS_WITH_AS(concat({a, numbers({2, 3, 1})}),
                       "[concat] a part must be 2x2x1, it is 2x3x1 (x 2x2x3)", Error);
  CHECK_THROWS_AS(concat({}), Error);
}

TEST_CASE("linear, add, reductions") {
  const Tensor x = numbers({2, 2}), weight = numbers({3, 2}), bias = numbers({3});
  CHECK(linear(x, weight, bias).values<double>() == std::vector<double>{1, 4, 7, 3, 14, 25});
  CHECK_THROWS_WITH_AS(linear(numbers({2, 3}), weight, bias),
                       "[linear] weight expects 2 input features, x has 3 (x 2x3)", Error);
  CHECK(add(x, x).values<double>() == scale(x, 2).values<double>());
  CHECK_THROWS_WITH_AS(add(x, bias), "[add] b must be 2x2, it is 3 (x 2x2)", Error);
  CHECK(sum(x).item() == 6);
  CHECK(mean(x).item() == 1.5);
  CHECK_THROWS_AS(mean(Tensor::zeros({0})), Error);
  CHECK_THROWS_WITH_AS(relu(Tensor()), "[relu] x is undefined", Error);
}

TEST_CASE("annealed_mean and joint_bilateral_upsample refuse what makes no sense") {
  const Tensor logits = numbers({2, 5}), centers = numbers({5, 2});
  CHECK_THROWS_WITH_AS(annealed_mean(logits, numbers({4, 2})),
                       "[annealed_mean] centers must be 5x2, it is 4x2 (x 2x5)", Error);
  CHECK_THROWS_AS(annealed_mean(logits, centers, 0), Error);

  const Tensor x = numbers({1, 2, 3, 2});
  CHECK_THROWS_WITH_AS(joint_bilateral_upsample(x, numbers({2, 4, 6})),
                       "[joint_bilateral_upsample] guide must be (batch 1, height, width), it is 2x4x6",
                       Error);
  CHECK_THROWS_AS(joint_bilateral_upsample(x, numbers({1, 4, 6}), {.sigma_range = 0}), Error);
}
