#include "layers/softmax_cross_entropy.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/autograd.h"
#include "core/error.h"
#include "tests/support/pytorch.h"

using namespace huegrad;
using Options = SoftmaxCrossEntropyOptions;

TEST_CASE("softmax_cross_entropy: PyTorch agrees") {
  test::check_against_pytorch(
      "softmax_cross_entropy", [](const nlohmann::json& o, const test::NamedTensors& t) {
        const bool mean = o["reduction"] == "mean";
        const Options options = {mean ? LossNormalization::per_weight : LossNormalization::sum};
        return softmax_cross_entropy(t["logits"], t["index"], t["class_weight"], {}, options);
      });
  test::check_against_pytorch("softmax_cross_entropy_sparse", [](const nlohmann::json&,
                                                                 const test::NamedTensors& t) {
    return softmax_cross_entropy_sparse(t["logits"], t["index"], t["weight"], {}, {LossNormalization::sum});
  });
}

TEST_CASE("softmax_cross_entropy: each normalisation divides by what its name says") {
  // Two images of two pixels, equal logits: each pixel loses log 4. One is ignored, one has no weight.
  const Tensor logits = Tensor::zeros({2, 2, 4});
  const Tensor index = Tensor::from(std::vector<int32_t>{0, 255, 2, 3}, {2, 2});
  const Tensor rows = Tensor::from(std::vector<float>{1, 1, 0, 3}, {2, 2});
  const Tensor classes = Tensor::from(std::vector<float>{2, 1, 1, 0.5f}, {4});
  const double log4 = std::log(4.0), sum = (2 * 1 + 0.5 * 3) * log4;
  const auto loss = [&](LossNormalization normalization) {
    return softmax_cross_entropy(logits, index, classes, rows, {normalization}).item();
  };
  CHECK(loss(LossNormalization::sum) == doctest::Approx(sum));
  CHECK(loss(LossNormalization::per_image) == doctest::Approx(sum / 2));
  CHECK(loss(LossNormalization::per_pixel) == doctest::Approx(sum / 2));
  CHECK(loss(LossNormalization::per_weight) == doctest::Approx(log4));
}

TEST_CASE("softmax_cross_entropy: nothing that counts is a loss of zero with gradient zero") {
  for (const LossNormalization normalization :
       {LossNormalization::sum, LossNormalization::per_pixel, LossNormalization::per_weight}) {
    const Tensor logits = Tensor::full({1, 2, 3}, std::numeric_limits<float>::infinity()).set_requires_grad();
    const Tensor index = Tensor::full({1, 2}, 255, DType::int32);
    const Tensor loss = softmax_cross_entropy(logits, index, {}, {}, {normalization});
    CHECK(loss.item() == 0);
    loss.backward();
    CHECK(logits.grad().values<float>() == std::vector<float>(6, 0));
  }
}

TEST_CASE("softmax_cross_entropy: wrong targets are named") {
  const Tensor logits = Tensor::zeros({1, 3, 21});
  const auto loss = [&](const std::vector<int32_t>& index) {
    return softmax_cross_entropy(logits, Tensor::from(index, {1, int64_t(index.size())}), {}, {});
  };
  CHECK_THROWS_WITH_AS(loss({0, 21, 255}),
                       "[softmax_cross_entropy] target 21 at element 1 is not one of the 21 classes nor "
                       "ignore_index 255",
                       Error);
  CHECK_THROWS_AS(loss({0, 1, -1}), Error);
  CHECK_THROWS_WITH_AS(loss({0, 1}),
                       "[softmax_cross_entropy] index must be int32 1x3, it is 1x2 (logits 1x3x21)", Error);
  CHECK_THROWS_AS(softmax_cross_entropy(logits, Tensor::zeros({1, 3}), {}, {}), Error);
  const Tensor index = Tensor::zeros({1, 3}, DType::int32);
  CHECK_THROWS_AS(softmax_cross_entropy(logits, index, Tensor::zeros({20}), {}), Error);
  CHECK_THROWS_AS(softmax_cross_entropy(logits, index, {}, Tensor::zeros({3})), Error);

  const Tensor pairs = Tensor::full({1, 3, 2}, 255, DType::int32), weight = Tensor::full({1, 3, 2}, 0.5);
  CHECK_THROWS_WITH_AS(softmax_cross_entropy_sparse(logits, pairs, weight, {}),
                       "[softmax_cross_entropy] target 255 at element 0 is not one of the 21 classes", Error);
  CHECK_THROWS_AS(softmax_cross_entropy_sparse(logits, index, weight, {}), Error);
}
