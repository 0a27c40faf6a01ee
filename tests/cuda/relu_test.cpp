#include "kernels/relu.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda relu: both passes equal the definition on every size", Storage, float, bfloat16) {
  for (int64_t size : {1, 7, 255, 256, 1000, 40003}) {
    CAPTURE(size);
    const auto x = stored<Storage>(random_values<float>(size, 1));
    const auto dy = stored<Storage>(random_values<float>(size, 2));
    auto expected_y = poisoned<float>(size), expected_dx = poisoned<float>(size);
    relu_forward(Reference{}, size, floats(x).data(), expected_y.data());
    relu_backward(Reference{}, size, expected_y.data(), floats(dy).data(), expected_dx.data());

    const DeviceArray<Storage> device_x(x), device_dy(dy), y(size), dx(size);
    relu_forward(cuda_backend(), size, device_x.data(), y.data());
    relu_backward(cuda_backend(), size, y.data(), device_dy.data(), dx.data());
    CHECK(floats(y.values()) == expected_y);
    CHECK(floats(dx.values()) == expected_dx);
  }
}

TEST_CASE_TEMPLATE("cuda relu: arrays may be the same and begin anywhere", Storage, float, bfloat16) {
  const int64_t size = 501;
  const auto x = stored<Storage>(random_values<float>(size + 1, 1));
  const DeviceArray<Storage> device_x(x);
  relu_forward(cuda_backend(), size, device_x.data() + 1, device_x.data() + 1);
  auto expected = floats(x);
  relu_forward(Reference{}, size, expected.data() + 1, expected.data() + 1);
  CHECK(floats(device_x.values()) == expected);
}

TEST_CASE_TEMPLATE("cuda relu: the bias's gradient on the way, in place too", Storage, float, bfloat16) {
  for (const auto& [rows, channels] :
       {std::pair<int64_t, int64_t>{1, 1}, {37, 21}, {1000, 8}, {3001, 64}, {40, 520}}) {
    CAPTURE(rows);
    CAPTURE(channels);
    const auto y = stored<Storage>(random_values<float>(rows * channels, 1));
    const auto dy = stored<Storage>(random_values<float>(rows * channels, 2));
    auto expected_dx = poisoned<double>(rows * channels), expected_db = poisoned<double>(channels);
    relu_backward_bias(Reference{}, rows, channels, doubles(y).data(), doubles(dy).data(), expected_dx.data(),
                       expected_db.data());

    const DeviceArray<Storage> device_y(y), dx(dy);
    const DeviceArray<float> db(channels);
    relu_backward_bias(cuda_backend(), rows, channels, device_y.data(), dx.data(), dx.data(), db.data());
    CHECK(doubles(dx.values()) == expected_dx);
    CHECK(relative_error(db.values(), expected_db) < 1e-5);
  }
}
