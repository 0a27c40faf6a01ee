#include "kernels/strided_copy.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("strided_copy: the fast kernel equals the definition and leaves the gaps alone") {
  for (const StridedCopyShape& s : {StridedCopyShape{.rows = 1, .length = 1, .x_stride = 1, .y_stride = 1},
                                    {.rows = 7, .length = 3, .x_stride = 5, .y_stride = 9},
                                    {.rows = 3000, .length = 64, .x_stride = 64, .y_stride = 96},
                                    {.rows = 3000, .length = 32, .x_stride = 96, .y_stride = 32}}) {
    const auto x = random_values<float>(s.rows * s.x_stride, 1);
    std::vector<float> y(s.rows * s.y_stride, 7), expected = y;
    strided_copy(Cpu{}, s, x.data(), y.data());
    strided_copy(Reference{}, s, x.data(), expected.data());
    CHECK(y == expected);
  }
}

TEST_CASE_TEMPLATE("strided_copy: two channel slices concatenate", Backend, Reference, Cpu) {
  const std::vector<float> a = {1, 2, 3, 4}, b = {5, 6};  // two pixels of two channels and of one
  auto y = poisoned<float>(6);
  strided_copy(Backend{}, {.rows = 2, .length = 2, .x_stride = 2, .y_stride = 3}, a.data(), y.data());
  strided_copy(Backend{}, {.rows = 2, .length = 1, .x_stride = 1, .y_stride = 3}, b.data(), y.data() + 2);
  CHECK(y == std::vector<float>{1, 2, 5, 3, 4, 6});
}
