#include "kernels/reduce.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda reduce: sums equal the definition on every size", Storage, float, bfloat16) {
  for (int64_t size : {0, 1, 7, 16, 1000, 140003}) {
    CAPTURE(size);
    const auto x = stored<Storage>(random_values<float>(size + 1, 1));
    const DeviceArray<Storage> device_x(x);
    for (int64_t offset : {0, 1}) {
      const DeviceArray<float> total(1), squares(1);
      float expected = NAN;
      sum(cuda_backend(), size, device_x.data() + offset, total.data());
      sum(Reference{}, size, floats(x).data() + offset, &expected);
      CHECK(total.values()[0] == doctest::Approx(expected).epsilon(1e-6));
      sum_squares(cuda_backend(), size, device_x.data() + offset, squares.data());
      sum_squares(Reference{}, size, floats(x).data() + offset, &expected);
      CHECK(squares.values()[0] == doctest::Approx(expected).epsilon(1e-6));
    }
  }
}

TEST_CASE("cuda reduce: small terms are not lost beside a large one") {
  std::vector<float> x(100001, 1e-2f);
  x[50000] = 1e8f;
  const DeviceArray<float> device_x(x), total(1);
  sum(cuda_backend(), int64_t(x.size()), device_x.data(), total.data());
  CHECK(total.values()[0] == 1e8f + 1e3f);
}

TEST_CASE_TEMPLATE("cuda reduce: rows are summed per channel", Storage, float, bfloat16) {
  for (auto [rows, channels] : {std::pair{1, 1}, {5, 3}, {100, 313}, {7000, 2}, {301, 64}, {9, 1024}}) {
    CAPTURE(rows);
    CAPTURE(channels);
    const auto x = stored<Storage>(random_values<float>(rows * channels, 1));
    const DeviceArray<Storage> device_x(x);
    const DeviceArray<float> y(channels);
    auto expected = poisoned<float>(channels);
    sum_rows(cuda_backend(), rows, channels, device_x.data(), y.data());
    sum_rows(Reference{}, rows, channels, floats(x).data(), expected.data());
    CHECK(relative_error(y.values(), expected) < 1e-6);
  }
}

TEST_CASE_TEMPLATE("cuda reduce: argmax takes the lowest index of a tie and treats NaN as the definition",
                   Storage, float, bfloat16) {
  for (int64_t channels : {1, 2, 7, 32, 33, 313, 1025}) {
    CAPTURE(channels);
    const int64_t rows = 101;
    auto values = random_values<float>(rows * channels, 1);
    for (float& value : values)
      value = float(int(value * 4));  // few distinct values: ties in almost every row
    values[0] = values[size_t(3 * channels + channels / 2)] = NAN;
    for (int64_t c = 0; c < channels; ++c) values[size_t(channels + c)] = -INFINITY;
    const auto x = stored<Storage>(values);
    const DeviceArray<Storage> device_x(x);
    const DeviceArray<int32_t> index(rows);
    std::vector<int32_t> expected(size_t(rows), -1);
    argmax_channels(cuda_backend(), rows, channels, device_x.data(), index.data());
    argmax_channels(Reference{}, rows, channels, floats(x).data(), expected.data());
    CHECK(index.values() == expected);
  }
}
