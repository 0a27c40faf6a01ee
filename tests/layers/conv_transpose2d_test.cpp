#include "layers/conv_transpose2d.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "tests/support/pytorch.h"

using namespace huegrad;

TEST_CASE("conv_transpose2d: PyTorch agrees") {
  test::check_against_pytorch("conv_transpose2d", [](const nlohmann::json& o, const test::NamedTensors& t) {
    return conv_transpose2d(t["x"], t["weight"], t["bias"],
                            {.stride = o["stride"], .padding = o["padding"], .dilation = o["dilation"]});
  });
}

TEST_CASE("conv_transpose2d: wrong arguments are named") {
  const Tensor x = Tensor::zeros({1, 6, 5, 32});
  CHECK_THROWS_WITH_AS(conv_transpose2d(x, Tensor::zeros({64, 4, 4, 3}), {}),
                       "[conv_transpose2d] weight expects 64 input channels, x has 32 (x 1x6x5x32)", Error);
  CHECK_THROWS_WITH_AS(conv_transpose2d(x, Tensor::zeros({32, 4, 4, 3}), Tensor::zeros({4})),
                       "[conv_transpose2d] bias must be 3, it is 4 (x 1x6x5x32)", Error);
  CHECK_THROWS_AS(conv_transpose2d(x, Tensor::zeros({32, 1, 1, 3}), {}, {.padding = 3}), Error);
}
