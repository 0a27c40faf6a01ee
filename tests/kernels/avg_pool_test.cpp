#include "kernels/avg_pool.h"

#include <doctest/doctest.h>

#include "tests/cases/pool.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("avg_pool: the fast kernel equals the definition") {
  for (const Pool2dShape& s : pool_cases()) {
    CAPTURE(s.in_height);
    CAPTURE(s.kernel);
    const auto x = random_values<float>(s.input_size(), 1), dy = random_values<float>(s.output_size(), 2);
    auto y = poisoned<float>(s.output_size()), expected = y;
    avg_pool_forward(Cpu{}, s, x.data(), y.data());
    avg_pool_forward(Reference{}, s, x.data(), expected.data());
    CHECK(relative_error(y, expected) < 1e-6);

    auto dx = poisoned<float>(s.input_size()), expected_dx = dx;
    avg_pool_backward(Cpu{}, s, dy.data(), dx.data());
    avg_pool_backward(Reference{}, s, dy.data(), expected_dx.data());
    CHECK(relative_error(dx, expected_dx) < 1e-6);
  }
}

TEST_CASE_TEMPLATE("avg_pool: padding is not counted", Backend, Reference, Cpu) {
  for (const Pool2dShape& s : pool_cases()) {
    const std::vector<float> ones(s.input_size(), 1.0f);
    auto y = poisoned<float>(s.output_size());
    avg_pool_forward(Backend{}, s, ones.data(), y.data());
    CHECK(relative_error(y, std::vector<float>(s.output_size(), 1.0f)) < 1e-6);
  }
}

TEST_CASE("avg_pool: backward is the adjoint of forward") {
  for (const Pool2dShape& s : pool_cases()) {
    const auto x = random_values<double>(s.input_size(), 1), dy = random_values<double>(s.output_size(), 2);
    std::vector<double> y(s.output_size()), dx(s.input_size());
    avg_pool_forward(Reference{}, s, x.data(), y.data());
    avg_pool_backward(Reference{}, s, dy.data(), dx.data());
    CHECK(dot(y, dy) == doctest::Approx(dot(x, dx)).epsilon(1e-10));
  }
}
