#include "kernels/add.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda add, scale, scale_by, fill: equal the definitions", Storage, float, bfloat16) {
  for (int64_t size : {1, 7, 16, 17, 1000, 10003}) {
    CAPTURE(size);
    const auto a = stored<Storage>(random_values<float>(size, 1)),
               b = stored<Storage>(random_values<float>(size, 2));
    const DeviceArray<Storage> device_a(a), device_b(b), y(size);
    auto expected = poisoned<float>(size);
    add(cuda_backend(), size, device_a.data(), device_b.data(), y.data());
    add(Reference{}, size, floats(a).data(), floats(b).data(), expected.data());
    CHECK(relative_error(floats(y.values()), expected) < kStorageError<Storage>);

    scale(cuda_backend(), size, 0.3, device_a.data(), y.data());
    scale(Reference{}, size, 0.3, floats(a).data(), expected.data());
    CHECK(relative_error(floats(y.values()), expected) < kStorageError<Storage>);

    for (const float factor : {1.0f, -0.25f}) {
      const DeviceArray<float> device_factor(std::vector<float>{factor});
      const DeviceArray<Storage> scaled(a);
      scale_by(cuda_backend(), size, device_factor.data(), scaled.data());
      expected = floats(a);
      scale_by(Reference{}, size, &factor, expected.data());
      CHECK(floats(scaled.values()) == expected);

      fill(cuda_backend(), size, device_factor.data(), y.data());
      CHECK(floats(y.values()) == std::vector<float>(size_t(size), factor));
    }
    fill(cuda_backend(), size, 0.5, y.data());
    CHECK(floats(y.values()) == std::vector<float>(size_t(size), 0.5f));
  }
}

TEST_CASE("cuda blend: equals the definition, whatever the address") {
  const int64_t size = 1003;
  const auto x = random_values<float>(size + 1, 1), y = random_values<float>(size + 1, 2);
  for (int64_t offset : {0, 1}) {
    const DeviceArray<float> device_x(x), device_y(y);
    auto expected = y;
    blend(cuda_backend(), size, 0.3, device_x.data() + offset, device_y.data() + offset);
    blend(Reference{}, size, 0.3, x.data() + offset, expected.data() + offset);
    CHECK(relative_error(device_y.values(), expected) < 2e-7);
  }
}
