#include "kernels/ladder/matrix_product.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("cuda ladder: every step computes the definition") {
  // Whole tiles and ragged ones, a single value, more slices than stages.
  for (const LinearShape& s : {LinearShape{1, 4, 1}, LinearShape{64, 16, 64}, LinearShape{65, 20, 63},
                               LinearShape{7, 132, 150}, LinearShape{130, 36, 5}}) {
    const auto x = random_values<float>(s.rows * s.in_features, 1),
               w = random_values<float>(s.out_features * s.in_features, 2);
    auto expected = poisoned<double>(s.rows * s.out_features);
    const double* no_bias = nullptr;
    linear_forward(Reference{}, s, doubles(x).data(), doubles(w).data(), no_bias, expected.data());
    const DeviceArray<float> device_x(x), device_w(w);
    for (const ladder::Step& step : ladder::kSteps) {
      CAPTURE(step.name);
      CAPTURE(s.rows);
      const DeviceArray<float> y(s.rows * s.out_features);
      step.product(cuda_backend(), s, device_x.data(), device_w.data(), y.data());
      CHECK(relative_error(y.values(), expected) < (step.rounds_to_tf32 ? 4e-3 : 1e-5));
    }
  }
}

TEST_CASE("cuda ladder: the last step refuses what it cannot copy in vectors") {
  const DeviceArray<float> x(64), w(64), y(64);
  CHECK_THROWS_AS(ladder::pipelined(cuda_backend(), {2, 6, 2}, x.data(), w.data(), y.data()), CudaError);
  CHECK_THROWS_AS(ladder::pipelined(cuda_backend(), {2, 8, 2}, x.data() + 1, w.data(), y.data()), CudaError);
}
