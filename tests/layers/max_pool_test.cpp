#include "layers/max_pool.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "tests/support/pytorch.h"

using namespace huegrad;

TEST_CASE("max_pool: PyTorch agrees") {
  test::check_against_pytorch("max_pool", [](const nlohmann::json& o, const test::NamedTensors& t) {
    return max_pool(
        t["x"],
        {.kernel = o["kernel"], .stride = o["stride"], .padding = o["padding"], .ceil_mode = o["ceil_mode"]});
  });
}

TEST_CASE("max_pool: wrong arguments are named") {
  const Tensor x = Tensor::zeros({1, 2, 5, 3});
  CHECK_THROWS_WITH_AS(max_pool(x, {.kernel = 3}),
                       "[max_pool] x 1x2x5x3 with padding 0 is smaller than the kernel 3", Error);
  CHECK(max_pool(x, {.kernel = 3, .ceil_mode = true}).shape() == Shape{1, 1, 2, 3});
  CHECK_THROWS_WITH_AS(max_pool(x, {.padding = 2}),
                       "[max_pool] kernel 2, stride 2, padding 2 is not possible", Error);
  CHECK_THROWS_AS(max_pool(Tensor::zeros({2, 5, 3})), Error);
}
