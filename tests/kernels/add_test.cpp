#include "kernels/add.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("add, scale, blend: the fast kernels equal the definitions on every size") {
  for (int64_t size : {1, 7, 16, 17, 1000, 100003}) {
    CAPTURE(size);
    const auto a = random_values<float>(size, 1), b = random_values<float>(size, 2);
    auto y = poisoned<float>(size), expected = poisoned<float>(size);
    add(Cpu{}, size, a.data(), b.data(), y.data());
    add(Reference{}, size, a.data(), b.data(), expected.data());
    CHECK(y == expected);

    scale(Cpu{}, size, 0.3, a.data(), y.data());
    scale(Reference{}, size, 0.3, a.data(), expected.data());
    CHECK(relative_error(y, expected) < 1e-7);

    y = expected = b;
    blend(Cpu{}, size, 0.3, a.data(), y.data());
    blend(Reference{}, size, 0.3, a.data(), expected.data());
    CHECK(relative_error(y, expected) < 2e-7);

    for (const float factor : {1.0f, -0.25f}) {
      y = expected = b;
      scale_by(Cpu{}, size, &factor, y.data());
      scale_by(Reference{}, size, &factor, expected.data());
      CHECK(y == expected);
      fill(Cpu{}, size, &factor, y.data());
      CHECK(y == std::vector<float>(size_t(size), factor));
    }
  }
}

TEST_CASE_TEMPLATE("add: a gradient is accumulated in place", Backend, Reference, Cpu) {
  std::vector<float> total = {1, 2, 3};
  const std::vector<float> gradient = {10, 20, 30};
  add(Backend{}, 3, total.data(), gradient.data(), total.data());
  CHECK(total == std::vector<float>{11, 22, 33});
}
