#include "kernels/sigmoid.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("sigmoid: the fast kernel equals the definition on every size") {
  for (int64_t size : {1, 7, 16, 17, 1000, 100003}) {
    CAPTURE(size);
    const auto x = random_values<float>(size, 1, -30, 30), dy = random_values<float>(size, 2);
    auto y = poisoned<float>(size), expected = poisoned<float>(size);
    sigmoid_forward(Cpu{}, size, x.data(), y.data());
    sigmoid_forward(Reference{}, size, x.data(), expected.data());
    CHECK(relative_error(y, expected) < 1e-6);

    auto dx = poisoned<float>(size), expected_dx = poisoned<float>(size);
    sigmoid_backward(Cpu{}, size, y.data(), dy.data(), dx.data());
    sigmoid_backward(Reference{}, size, y.data(), dy.data(), expected_dx.data());
    CHECK(relative_error(dx, expected_dx) < 1e-6);
  }
}

TEST_CASE_TEMPLATE("sigmoid: extreme inputs saturate", Backend, Reference, Cpu) {
  const std::vector<float> x = {0, 1e30f, -1e30f, 200, -200, 3};
  auto y = x;  // in place
  sigmoid_forward(Backend{}, 6, y.data(), y.data());
  CHECK(relative_error(y, std::vector<float>{0.5f, 1, 0, 1, 0, 0.95257413f}) < 1e-6);
}

TEST_CASE("sigmoid: small values keep their digits") {
  const auto x = random_values<float>(10000, 1, -86, 0);
  auto y = poisoned<float>(10000);
  sigmoid_forward(Cpu{}, 10000, x.data(), y.data());
  double worst = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double expected = 1 / (1 + std::exp(-double(x[i])));
    worst = std::max(worst, std::abs(y[i] - expected) / expected);
  }
  CHECK(worst < 3e-7);
}
