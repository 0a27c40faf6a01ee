#include "kernels/linear.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"
#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

std::vector<double> exact(const std::vector<float>& values) { return {values.begin(), values.end()}; }

}  // namespace

TEST_CASE("linear: every pass equals the definition, with and without bias") {
  for (const LinearShape& s :
       {LinearShape{1, 1, 1}, LinearShape{3, 5, 7}, LinearShape{12, 64, 32}, LinearShape{13, 300, 313},
        LinearShape{100, 33, 21}, LinearShape{5000, 9, 40}}) {
    CAPTURE(s.rows);
    CAPTURE(s.in_features);
    CAPTURE(s.out_features);
    const auto x = random_values<float>(s.rows * s.in_features, 1);
    const auto w = random_values<float>(s.out_features * s.in_features, 2);
    const auto dy = random_values<float>(s.rows * s.out_features, 3);
    const auto b = random_values<float>(s.out_features, 4);
    const auto x_exact = exact(x), w_exact = exact(w), dy_exact = exact(dy), b_exact = exact(b);
    for (bool with_bias : {false, true}) {
      for (int threads : {1, 2}) {
        const Threads use(threads);
        auto y = poisoned<float>(dy.size()), dx = poisoned<float>(x.size()), dw = poisoned<float>(w.size());
        auto y_exact = poisoned<double>(dy.size()), dx_exact = poisoned<double>(x.size());
        auto dw_exact = poisoned<double>(w.size());
        linear_forward(Cpu{}, s, x.data(), w.data(), with_bias ? b.data() : nullptr, y.data());
        linear_backward_data(Cpu{}, s, w.data(), dy.data(), dx.data());
        linear_backward_weight(Cpu{}, s, x.data(), dy.data(), dw.data());
        linear_forward(Reference{}, s, x_exact.data(), w_exact.data(), with_bias ? b_exact.data() : nullptr,
                       y_exact.data());
        linear_backward_data(Reference{}, s, w_exact.data(), dy_exact.data(), dx_exact.data());
        linear_backward_weight(Reference{}, s, x_exact.data(), dy_exact.data(), dw_exact.data());
        CHECK(relative_error(y, y_exact) < 1e-5);
        CHECK(relative_error(dx, dx_exact) < 1e-5);
        CHECK(relative_error(dw, dw_exact) < 1e-5);
      }
    }
  }
}

TEST_CASE("linear: a hand-computed example") {
  // x = (1 2), w = (3 4; 5 6), b = (10 20): y = (3 + 8 + 10, 5 + 12 + 20)
  const std::vector<double> x = {1, 2}, w = {3, 4, 5, 6}, b = {10, 20};
  auto y = poisoned<double>(2);
  linear_forward(Reference{}, {1, 2, 2}, x.data(), w.data(), b.data(), y.data());
  CHECK(y == std::vector<double>{21, 37});
}
