#include "kernels/conv2d.h"

#include <doctest/doctest.h>

#include "kernels/parallel.h"
#include "tests/cases/conv2d.h"
#include "tests/support/compare.h"
#include "tests/support/targets.h"
#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

constexpr double kTolerance = 1e-5;

void capture(const Conv2dShape& s) {
  MESSAGE("x ", s.batch, "x", s.in_height, "x", s.in_width, "x", s.in_channels, ", w ", s.out_channels, "x",
          s.kernel_height, "x", s.kernel_width, ", stride ", s.stride, ", padding ", s.padding, ", dilation ",
          s.dilation);
}

struct Data {
  std::vector<float> x, w, dy;
  explicit Data(const Conv2dShape& s)
      : x(random_values<float>(s.input_size(), 1)),
        w(random_values<float>(s.weight_size(), 2)),
        dy(random_values<float>(s.output_size(), 3)) {}
};

std::vector<double> exact(const std::vector<float>& values) { return {values.begin(), values.end()}; }

}  // namespace

TEST_CASE("conv2d: every pass of every shape equals the definition, whatever the threads") {
  for (const Conv2dShape& s : kConv2dCases) {
    const Data data(s);
    auto y = poisoned<double>(s.output_size()), dx = poisoned<double>(s.input_size());
    auto dw = poisoned<double>(s.weight_size());
    const auto x = exact(data.x), w = exact(data.w), dy = exact(data.dy);
    conv2d_forward(Reference{}, s, x.data(), w.data(), {}, y.data());
    conv2d_backward_data(Reference{}, s, w.data(), dy.data(), dx.data());
    conv2d_backward_weight(Reference{}, s, x.data(), dy.data(), dw.data());

    std::vector<float> first;
    for (int threads : {1, 2, 3}) {
      const Threads use(threads);
      CAPTURE(threads);
      auto fast_y = poisoned<float>(s.output_size()), fast_dx = poisoned<float>(s.input_size());
      auto fast_dw = poisoned<float>(s.weight_size());
      conv2d_forward(Cpu{}, s, data.x.data(), data.w.data(), {}, fast_y.data());
      conv2d_backward_data(Cpu{}, s, data.w.data(), data.dy.data(), fast_dx.data());
      conv2d_backward_weight(Cpu{}, s, data.x.data(), data.dy.data(), fast_dw.data());
      const double error_y = relative_error(fast_y, y), error_dx = relative_error(fast_dx, dx);
      const double error_dw = relative_error(fast_dw, dw);
      CHECK(error_y < kTolerance);
      CHECK(error_dx < kTolerance);
      CHECK(error_dw < kTolerance);
      if (!(std::max({error_y, error_dx, error_dw}) < kTolerance)) capture(s);

      std::vector<float> all = fast_y;
      all.insert(all.end(), fast_dx.begin(), fast_dx.end());
      all.insert(all.end(), fast_dw.begin(), fast_dw.end());
      if (threads == 1) first = all;
      CHECK(all == first);
    }
  }
}

TEST_CASE("conv2d: every combination of epilogues equals the definition") {
  for (const Conv2dShape& s :
       {Conv2dShape{2, 7, 5, 30, 21, 3, 3, 1, 1, 1}, Conv2dShape{1, 6, 6, 8, 64, 3, 3, 2, 1, 1},
        Conv2dShape{2, 41, 40, 16, 21, 3, 3, 1, 1, 1}}) {
    const Data data(s);
    const auto bias = random_values<float>(s.out_channels, 4),
               scale = random_values<float>(s.out_channels, 5);
    const auto shift = random_values<float>(s.out_channels, 6);
    for (int choice = 0; choice < 8; ++choice) {
      CAPTURE(choice);
      const Conv2dEpilogue<float> epilogue{.bias = choice & 1 ? bias.data() : nullptr,
                                           .relu = (choice & 2) != 0,
                                           .scale = choice & 4 ? scale.data() : nullptr,
                                           .shift = choice & 4 ? shift.data() : nullptr};
      auto y = poisoned<float>(s.output_size()), expected = poisoned<float>(s.output_size());
      conv2d_forward(Cpu{}, s, data.x.data(), data.w.data(), epilogue, y.data());
      conv2d_forward(Reference{}, s, data.x.data(), data.w.data(), epilogue, expected.data());
      CHECK(relative_error(y, expected) < kTolerance);
    }
  }
}

TEST_CASE("conv2d: every instruction set equals the definition") {
  for (const Conv2dShape& s :
       {Conv2dShape{2, 9, 10, 37, 53, 3, 3, 2, 1, 1}, {1, 40, 40, 21, 35, 3, 3, 1, 1, 1}}) {
    const Data data(s);
    const auto bias = random_values<float>(s.out_channels, 4);
    auto y = poisoned<float>(s.output_size()), dx = poisoned<float>(s.input_size());
    auto dw = poisoned<float>(s.weight_size());
    conv2d_forward(Reference{}, s, data.x.data(), data.w.data(), {.bias = bias.data(), .relu = true},
                   y.data());
    conv2d_backward_data(Reference{}, s, data.w.data(), data.dy.data(), dx.data());
    conv2d_backward_weight(Reference{}, s, data.x.data(), data.dy.data(), dw.data());
    for (int64_t target : supported_targets()) {
      CAPTURE(hwy::TargetName(target));
      const Target use(target);
      auto fast_y = poisoned<float>(s.output_size()), fast_dx = poisoned<float>(s.input_size());
      auto fast_dw = poisoned<float>(s.weight_size());
      conv2d_forward(Cpu{}, s, data.x.data(), data.w.data(), {.bias = bias.data(), .relu = true},
                     fast_y.data());
      conv2d_backward_data(Cpu{}, s, data.w.data(), data.dy.data(), fast_dx.data());
      conv2d_backward_weight(Cpu{}, s, data.x.data(), data.dy.data(), fast_dw.data());
      CHECK(relative_error(fast_y, y) < kTolerance);
      CHECK(relative_error(fast_dx, dx) < kTolerance);
      CHECK(relative_error(fast_dw, dw) < kTolerance);
    }
  }
}

TEST_CASE("conv2d: a hand-computed example") {
  // 3x3 image 1..9, 2x2 kernel (1 2; 3 4), no padding: y[0,0] = 1*1 + 2*2 + 4*3 + 5*4 = 37.
  const Conv2dShape s{1, 3, 3, 1, 1, 2, 2, 1, 0, 1};
  const std::vector<float> x = {1, 2, 3, 4, 5, 6, 7, 8, 9}, w = {1, 2, 3, 4};
  auto y = poisoned<float>(4), fast = poisoned<float>(4);
  conv2d_forward(Reference{}, s, x.data(), w.data(), {}, y.data());
  conv2d_forward(Cpu{}, s, x.data(), w.data(), {}, fast.data());
  CHECK(y == std::vector<float>{37, 47, 67, 77});
  CHECK(fast == y);
}

TEST_CASE("conv2d: the gradients of the definition are adjoint to its forward pass") {
  for (const Conv2dShape& s : kConv2dCases) {
    const auto x = random_values<double>(s.input_size(), 1), w = random_values<double>(s.weight_size(), 2);
    const auto dy = random_values<double>(s.output_size(), 3);
    auto y = poisoned<double>(s.output_size()), dx = poisoned<double>(s.input_size());
    auto dw = poisoned<double>(s.weight_size());
    conv2d_forward(Reference{}, s, x.data(), w.data(), {}, y.data());
    conv2d_backward_data(Reference{}, s, w.data(), dy.data(), dx.data());
    conv2d_backward_weight(Reference{}, s, x.data(), dy.data(), dw.data());
    // y is linear in x and in w: <y, dy> = <x, dx> = <w, dw>.
    const double expected = dot(y, dy);
    CHECK(dot(x, dx) == doctest::Approx(expected).epsilon(1e-10));
    CHECK(dot(w, dw) == doctest::Approx(expected).epsilon(1e-10));
  }
}
