#include "kernels/upsample.h"

#include <doctest/doctest.h>

#include "tests/cases/upsample.h"
#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda upsample: both passes equal the definition", Storage, float, bfloat16) {
  for (const UpsampleShape& s : upsample_cases()) {
    CAPTURE(s.in_height);
    CAPTURE(s.out_height);
    const auto x = stored<Storage>(random_values<float>(s.input_size(), 1));
    const auto dy = stored<Storage>(random_values<float>(s.output_size(), 2));
    auto expected_y = poisoned<float>(s.output_size()), expected_dx = poisoned<float>(s.input_size());
    upsample_forward(Reference{}, s, floats(x).data(), expected_y.data());
    upsample_backward(Reference{}, s, floats(dy).data(), expected_dx.data());
    const DeviceArray<Storage> device_x(x), device_dy(dy), y(s.output_size()), dx(s.input_size());
    upsample_forward(cuda_backend(), s, device_x.data(), y.data());
    upsample_backward(cuda_backend(), s, device_dy.data(), dx.data());
    CHECK(relative_error(floats(y.values()), expected_y) < kStorageError<Storage>);
    CHECK(relative_error(floats(dx.values()), expected_dx) < 2 * kStorageError<Storage>);
  }
}
