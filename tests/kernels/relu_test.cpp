#include "kernels/relu.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("relu: the fast kernel equals the definition on every size") {
  for (int64_t size : {1, 7, 16, 17, 1000, 100003}) {
    CAPTURE(size);
    const auto x = random_values<float>(size, 1), dy = random_values<float>(size, 2);
    auto y = poisoned<float>(size), expected = poisoned<float>(size);
    relu_forward(Cpu{}, size, x.data(), y.data());
    relu_forward(Reference{}, size, x.data(), expected.data());
    CHECK(y == expected);

    auto dx = poisoned<float>(size), expected_dx = poisoned<float>(size);
    relu_backward(Cpu{}, size, y.data(), dy.data(), dx.data());
    relu_backward(Reference{}, size, y.data(), dy.data(), expected_dx.data());
    CHECK(dx == expected_dx);
  }
}

TEST_CASE("relu: the gradient at zero is zero") {
  const std::vector<double> y = {0, 1, 0}, dy = {5, 5, 5};
  auto dx = poisoned<double>(3);
  relu_backward(Reference{}, 3, y.data(), dy.data(), dx.data());
  CHECK(dx == std::vector<double>{0, 5, 0});
}

TEST_CASE("relu: the bias's gradient on the way") {
  const int64_t rows = 1003, channels = 21;
  const auto y = random_values<float>(rows * channels, 1), dy = random_values<float>(rows * channels, 2);
  auto dx = dy, expected_dx = dy, db = poisoned<float>(channels), expected_db = poisoned<float>(channels);
  relu_backward_bias(Cpu{}, rows, channels, y.data(), dx.data(), dx.data(), db.data());
  relu_backward_bias(Reference{}, rows, channels, y.data(), dy.data(), expected_dx.data(),
                     expected_db.data());
  CHECK(dx == expected_dx);
  CHECK(relative_error(db, expected_db) < 1e-5);
}
