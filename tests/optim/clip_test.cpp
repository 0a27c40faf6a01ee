#include "optim/clip.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/autograd.h"
#include "core/error.h"

using namespace huegrad;

TEST_CASE("clip_gradient_norm: the joint norm of all tensors") {
  const Tensor a = Tensor::zeros({2}).set_requires_grad(), b = Tensor::zeros({1}).set_requires_grad();
  const Tensor none = Tensor::zeros({5}).set_requires_grad();
  const std::vector<NamedTensor> tensors = {{"a", a, NamedTensor::Role::weight},
                                            {"b", b, NamedTensor::Role::bias},
                                            {"none", none, NamedTensor::Role::weight}};
  backward(a, Tensor::from(std::vector<float>{2, 3}, {2}));
  backward(b, Tensor::from(std::vector<float>{6}, {1}));

  CHECK(clip_gradient_norm(tensors, 7) == doctest::Approx(7));
  CHECK(b.grad().item() == 6);  // just within
  CHECK(clip_gradient_norm(tensors, 3.5) == doctest::Approx(7));
  CHECK(a.grad().values<float>() == std::vector<float>{1, 1.5f});
  CHECK(b.grad().item() == 3);

  b.grad().data<float>()[0] = std::numeric_limits<float>::quiet_NaN();
  CHECK(std::isnan(clip_gradient_norm(tensors, 1)));
  CHECK(a.grad().values<float>() == std::vector<float>{1, 1.5f});
  CHECK_THROWS_AS(clip_gradient_norm(tensors, 0), Error);
}
