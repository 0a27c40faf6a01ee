#include "kernels/conv_transpose2d.h"

#include <doctest/doctest.h>

#include "tests/cases/conv2d.h"
#include "tests/support/compare.h"
#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

constexpr double kTolerance = 1e-5;

std::vector<double> exact(const std::vector<float>& values) { return {values.begin(), values.end()}; }

}  // namespace

TEST_CASE("conv_transpose2d: every pass of every shape equals the definition, whatever the threads") {
  for (const ConvTranspose2dShape& s : kConvTranspose2dCases) {
    CAPTURE(s.in_height);
    CAPTURE(s.in_channels);
    CAPTURE(s.out_channels);
    CAPTURE(s.kernel_height);
    const auto x = random_values<float>(s.input_size(), 1), w = random_values<float>(s.weight_size(), 2);
    const auto dy = random_values<float>(s.output_size(), 3), bias = random_values<float>(s.out_channels, 4);
    const auto x_exact = exact(x), w_exact = exact(w), dy_exact = exact(dy), bias_exact = exact(bias);
    auto y = poisoned<double>(s.output_size()), dx = poisoned<double>(s.input_size());
    auto dw = poisoned<double>(s.weight_size());
    conv_transpose2d_forward(Reference{}, s, x_exact.data(), w_exact.data(),
                             {.bias = bias_exact.data(), .relu = true}, y.data());
    conv_transpose2d_backward_data(Reference{}, s, w_exact.data(), dy_exact.data(), dx.data());
    conv_transpose2d_backward_weight(Reference{}, s, x_exact.data(), dy_exact.data(), dw.data());
    for (int threads : {1, 3}) {
      const Threads use(threads);
      CAPTURE(threads);
      auto fast_y = poisoned<float>(s.output_size()), fast_dx = poisoned<float>(s.input_size());
      auto fast_dw = poisoned<float>(s.weight_size());
      conv_transpose2d_forward(Cpu{}, s, x.data(), w.data(), {.bias = bias.data(), .relu = true},
                               fast_y.data());
      conv_transpose2d_backward_data(Cpu{}, s, w.data(), dy.data(), fast_dx.data());
      conv_transpose2d_backward_weight(Cpu{}, s, x.data(), dy.data(), fast_dw.data());
      CHECK(relative_error(fast_y, y) < kTolerance);
      CHECK(relative_error(fast_dx, dx) < kTolerance);
      CHECK(relative_error(fast_dw, dw) < kTolerance);
    }
  }
}

TEST_CASE("conv_transpose2d: the forward pass is the data gradient of conv2d") {
  const ConvTranspose2dShape s{2, 5, 6, 7, 3, 4, 4, 2, 1, 1};
  const Conv2dShape conv{2, 10, 12, 3, 7, 4, 4, 2, 1, 1};
  const auto x = random_values<double>(s.input_size(), 1), w = random_values<double>(s.weight_size(), 2);
  auto y = poisoned<double>(s.output_size()), dx = poisoned<double>(conv.input_size());
  REQUIRE(y.size() == dx.size());
  conv_transpose2d_forward(Reference{}, s, x.data(), w.data(), {}, y.data());
  conv2d_backward_data(Reference{}, conv, w.data(), x.data(), dx.data());
  CHECK(relative_error(y, dx) < 1e-14);
}

TEST_CASE("conv_transpose2d: one pixel paints the kernel") {
  const ConvTranspose2dShape s{1, 1, 1, 1, 1, 2, 3, 2, 0, 1};
  const std::vector<float> x = {2}, w = {1, 2, 3, 4, 5, 6};
  REQUIRE(s.out_height() == 2);
  REQUIRE(s.out_width() == 3);
  auto y = poisoned<float>(6);
  conv_transpose2d_forward(Cpu{}, s, x.data(), w.data(), {}, y.data());
  CHECK(y == std::vector<float>{2, 4, 6, 8, 10, 12});
}
