#include "kernels/sigmoid.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda sigmoid: both passes equal the definition", Storage, float, bfloat16) {
  for (int64_t size : {1, 7, 256, 5003}) {
    CAPTURE(size);
    auto values = random_values<float>(size, 1, -10, 10);
    values[0] = size == 7 ? -1000.0f : 1000.0f;  // no overflow
    const auto x = stored<Storage>(values), dy = stored<Storage>(random_values<float>(size, 2));
    auto expected_y = poisoned<float>(size), expected_dx = poisoned<float>(size);
    sigmoid_forward(Reference{}, size, floats(x).data(), expected_y.data());

    const DeviceArray<Storage> device_x(x), device_dy(dy), y(size), dx(size);
    sigmoid_forward(cuda_backend(), size, device_x.data(), y.data());
    sigmoid_backward(cuda_backend(), size, y.data(), device_dy.data(), dx.data());
    sigmoid_backward(Reference{}, size, floats(y.values()).data(), floats(dy).data(), expected_dx.data());
    CHECK(relative_error(floats(y.values()), expected_y) < kStorageError<Storage>);
    CHECK(relative_error(floats(dx.values()), expected_dx) < kStorageError<Storage>);
  }
}
