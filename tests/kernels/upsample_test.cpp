#include "kernels/upsample.h"

#include <doctest/doctest.h>

#include "tests/cases/upsample.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("upsample: the fast kernel equals the definition") {
  for (const UpsampleShape& s : upsample_cases()) {
    CAPTURE(s.in_height);
    CAPTURE(s.out_height);
    const auto x = random_values<float>(s.input_size(), 1), dy = random_values<float>(s.output_size(), 2);
    auto y = poisoned<float>(s.output_size()), expected = y;
    upsample_forward(Cpu{}, s, x.data(), y.data());
    upsample_forward(Reference{}, s, x.data(), expected.data());
    CHECK(relative_error(y, expected) < 1e-6);

    auto dx = poisoned<float>(s.input_size()), expected_dx = dx;
    upsample_backward(Cpu{}, s, dy.data(), dx.data());
    upsample_backward(Reference{}, s, dy.data(), expected_dx.data());
    CHECK(relative_error(dx, expected_dx) < 1e-6);
  }
}

TEST_CASE_TEMPLATE("upsample: known values of PyTorch's conventions", Backend, Reference, Cpu) {
  const std::vector<float> x = {0, 4};
  const auto resized = [&](int64_t out, UpsampleMode mode) {
    auto y = poisoned<float>(out);
    upsample_forward(
        Backend{},
        {.in_height = 1, .in_width = 2, .out_height = 1, .out_width = out, .channels = 1, .mode = mode},
        x.data(), y.data());
    return y;
  };
  CHECK(resized(4, UpsampleMode::bilinear) == std::vector<float>{0, 1, 3, 4});
  CHECK(resized(1, UpsampleMode::bilinear) == std::vector<float>{2});
  CHECK(resized(5, UpsampleMode::nearest) == std::vector<float>{0, 0, 0, 4, 4});
  CHECK(resized(2, UpsampleMode::bilinear) == x);
}

TEST_CASE("upsample: backward is the adjoint of forward") {
  for (const UpsampleShape& s : upsample_cases()) {
    const auto x = random_values<double>(s.input_size(), 1), dy = random_values<double>(s.output_size(), 2);
    std::vector<double> y(s.output_size()), dx(s.input_size());
    upsample_forward(Reference{}, s, x.data(), y.data());
    upsample_backward(Reference{}, s, dy.data(), dx.data());
    CHECK(dot(y, dy) == doctest::Approx(dot(x, dx)).epsilon(1e-10));
  }
}
