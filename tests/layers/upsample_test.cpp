#include "layers/upsample.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "tests/support/pytorch.h"

using namespace huegrad;

TEST_CASE("upsample: PyTorch agrees") {
  test::check_against_pytorch("upsample", [](const nlohmann::json& o, const test::NamedTensors& t) {
    const UpsampleMode mode = o["mode"] == "nearest" ? UpsampleMode::nearest : UpsampleMode::bilinear;
    return upsample(t["x"], o["height"], o["width"], mode);
  });
}

TEST_CASE("upsample: wrong arguments are named") {
  CHECK_THROWS_WITH_AS(upsample(Tensor::zeros({1, 2, 3, 4}), 0, 5),
                       "[upsample] 1x2x3x4 to 0x5 is not possible", Error);
  CHECK_THROWS_AS(upsample(Tensor::zeros({2, 3, 4}), 4, 4), Error);
}
