#include "kernels/cast.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("cuda cast: conversions round as the definition does") {
  for (int64_t size : {1, 8, 17, 3001}) {
    CAPTURE(size);
    auto x = random_values<float>(size, 1, -1e4, 1e4);
    x[0] = 1.00390625f;  // half way between two bfloat16: to even
    const DeviceArray<float> device_x(x), back(size);
    const DeviceArray<bfloat16> rounded(size);
    cast(cuda_backend(), size, device_x.data(), rounded.data());
    cast(cuda_backend(), size, rounded.data(), back.data());
    std::vector<bfloat16> expected(size_t(size), bfloat16(0));
    cast(Reference{}, size, x.data(), expected.data());
    CHECK(floats(rounded.values()) == floats(expected));
    CHECK(back.values() == floats(expected));
  }
}

TEST_CASE("cuda cast: every byte becomes its float") {
  std::vector<uint8_t> bytes(259);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t(i);
  const DeviceArray<uint8_t> x(bytes);
  const DeviceArray<float> y(int64_t(bytes.size()));
  cast(cuda_backend(), int64_t(bytes.size()), x.data(), y.data());
  CHECK(y.values() == std::vector<float>(bytes.begin(), bytes.end()));
}
