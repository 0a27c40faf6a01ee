#include "kernels/max_pool.h"

#include <doctest/doctest.h>

#include "tests/cases/pool.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("max_pool: the fast kernel equals the definition, ties included") {
  for (const Pool2dShape& s : pool_cases()) {
    CAPTURE(s.in_height);
    CAPTURE(s.kernel);
    auto x = random_values<float>(s.input_size(), 1, -4, 4);
    for (float& value : x) value = float(int(value));  // few distinct values: many ties
    auto y = poisoned<float>(s.output_size()), expected = y;
    std::vector<int32_t> argmax(s.output_size(), -1), expected_argmax = argmax;
    max_pool_forward(Cpu{}, s, x.data(), y.data(), argmax.data());
    max_pool_forward(Reference{}, s, x.data(), expected.data(), expected_argmax.data());
    CHECK(y == expected);
    CHECK(argmax == expected_argmax);
    y = poisoned<float>(s.output_size());
    max_pool_forward(Cpu{}, s, x.data(), y.data(), nullptr);
    CHECK(y == expected);

    const auto dy = random_values<float>(s.output_size(), 2);
    auto dx = poisoned<float>(s.input_size()), expected_dx = dx;
    max_pool_backward(Cpu{}, s, argmax.data(), dy.data(), dx.data());
    max_pool_backward(Reference{}, s, argmax.data(), dy.data(), expected_dx.data());
    CHECK(relative_error(dx, expected_dx) < 1e-6);
  }
}

TEST_CASE_TEMPLATE("max_pool: padding never wins, the first of equals does", Backend, Reference, Cpu) {
  const Pool2dShape s = {
      .batch = 1, .in_height = 2, .in_width = 2, .channels = 1, .kernel = 3, .stride = 2, .padding = 1};
  const std::vector<float> x = {-5, -5, -7, -5};
  auto y = poisoned<float>(1);
  std::vector<int32_t> argmax(1, -1);
  max_pool_forward(Backend{}, s, x.data(), y.data(), argmax.data());
  CHECK(y[0] == -5);
  CHECK(argmax[0] == 0);
}

TEST_CASE("max_pool: output sizes are PyTorch's") {
  const auto out = [](int64_t in, int64_t kernel, int64_t stride, int64_t padding, bool ceil_mode) {
    return Pool2dShape{
        .in_height = in, .kernel = kernel, .stride = stride, .padding = padding, .ceil_mode = ceil_mode}
        .out_height();
  };
  CHECK(out(7, 2, 2, 0, false) == 3);
  CHECK(out(7, 2, 2, 0, true) == 4);
  CHECK(out(7, 3, 2, 1, true) == 4);
  CHECK(out(6, 3, 2, 1, true) == 4);
  CHECK(out(5, 2, 2, 1, true) == 3);  // a fourth window would start in the right padding
}
