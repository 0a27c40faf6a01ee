#include "kernels/strided_copy.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda strided_copy: equals the definition and writes nothing else", Storage, float,
                   bfloat16) {
  for (const StridedCopyShape& s : {StridedCopyShape{1, 1, 1, 1},
                                    {50, 16, 32, 48},
                                    {37, 5, 9, 7},
                                    {64, 64, 64, 192},
                                    {1, 3000, 3000, 3000},
                                    {3, 901, 1000, 901}}) {
    CAPTURE(s.rows);
    CAPTURE(s.length);
    const auto x = stored<Storage>(random_values<float>(s.rows * s.x_stride, 1));
    const auto before = stored<Storage>(random_values<float>(s.rows * s.y_stride, 2));
    const DeviceArray<Storage> device_x(x), y(before);
    strided_copy(cuda_backend(), s, device_x.data(), y.data());
    auto expected = floats(before);
    strided_copy(Reference{}, s, floats(x).data(), expected.data());
    CHECK(floats(y.values()) == expected);
  }
}
