#include "kernels/max_pool.h"

#include <doctest/doctest.h>

#include "tests/cases/pool.h"
#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda max_pool: both passes equal the definition", Storage, float, bfloat16) {
  for (const Pool2dShape& s : pool_cases()) {
    CAPTURE(s.in_height);
    CAPTURE(s.kernel);
    const auto x = stored<Storage>(random_values<float>(s.input_size(), 1));
    const auto dy = stored<Storage>(random_values<float>(s.output_size(), 2));
    auto expected_y = poisoned<float>(s.output_size()), expected_dx = poisoned<float>(s.input_size());
    std::vector<int32_t> expected_argmax(size_t(s.output_size()), -1);
    max_pool_forward(Reference{}, s, floats(x).data(), expected_y.data(), expected_argmax.data());
    max_pool_backward(Reference{}, s, expected_argmax.data(), floats(dy).data(), expected_dx.data());
    const DeviceArray<Storage> device_x(x), device_dy(dy), y(s.output_size()), dx(s.input_size());
    const DeviceArray<int32_t> argmax(s.output_size());
    max_pool_forward(cuda_backend(), s, device_x.data(), y.data(), argmax.data());
    CHECK(floats(y.values()) == expected_y);
    CHECK(argmax.values() == expected_argmax);
    max_pool_backward(cuda_backend(), s, argmax.data(), device_dy.data(), dx.data());
    CHECK(relative_error(floats(dx.values()), expected_dx) < kStorageError<Storage>);
    max_pool_forward(cuda_backend(), s, device_x.data(), y.data(), nullptr);
    CHECK(floats(y.values()) == expected_y);
  }
}
