#include "layers/conv2d.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "tests/support/pytorch.h"

using namespace huegrad;

TEST_CASE("conv2d: PyTorch agrees") {
  test::check_against_pytorch("conv2d", [](const nlohmann::json& o, const test::NamedTensors& t) {
    return conv2d(t["x"], t["weight"], t["bias"],
                  {.stride = o["stride"], .padding = o["padding"], .dilation = o["dilation"]});
  });
}

TEST_CASE("conv2d: wrong arguments are named") {
  const Tensor x = Tensor::zeros({8, 6, 5, 32}), weight = Tensor::zeros({4, 3, 3, 32});
  CHECK_THROWS_WITH_AS(conv2d(x, Tensor::zeros({4, 3, 3, 64}), {}),
                       "[conv2d] weight expects 64 input channels, x has 32 (x 8x6x5x32)", Error);
  CHECK_THROWS_WITH_AS(conv2d(Tensor::zeros({6, 5, 32}), weight, {}),
                       "[conv2d] x must be (batch, height, width, channels), it is 6x5x32", Error);
  CHECK_THROWS_WITH_AS(conv2d(x, weight, Tensor::zeros({5})), "[conv2d] bias must be 4, it is 5 (x 8x6x5x32)",
                       Error);
  CHECK_THROWS_WITH_AS(conv2d(x, Tensor(), {}), "[conv2d] weight is undefined", Error);
  CHECK_THROWS_WITH_AS(conv2d(x, weight, {}, {.stride = 0}),
                       "[conv2d] stride 0, padding 0, dilation 1 is not possible", Error);
  CHECK_THROWS_WITH_AS(
      conv2d(x, weight, {}, {.stride = 2, .dilation = 3}),
      "[conv2d] x 8x6x5x32 with padding 0 is smaller than the kernel 4x3x3x32 with dilation 3", Error);
  CHECK_THROWS_WITH_AS(conv2d(x, Tensor::zeros({4, 3, 3, 32}, DType::float64), {}),
                       "[conv2d] weight is float64, x is float32", Error);
  CHECK_THROWS_WITH_AS(conv2d(x, weight.to(Device{DeviceKind::reference}), {}),
                       "[conv2d] weight is on reference, x on cpu", Error);
  CHECK_THROWS_AS(conv2d(Tensor::zeros({1, 3, 3, 2}, DType::int32), weight, {}), Error);
}
