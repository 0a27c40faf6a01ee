#include "kernels/linear.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda linear: every pass equals the definition", Storage, float, bfloat16) {
  for (const LinearShape& s : {LinearShape{1, 1, 1}, {7, 13, 5}, {40, 64, 72}, {130, 24, 129}})
    for (bool biased : {false, true}) {
      CAPTURE(s.rows);
      CAPTURE(s.in_features);
      CAPTURE(s.out_features);
      const auto x = stored<Storage>(random_values<float>(s.rows * s.in_features, 1));
      const auto w = stored<Storage>(random_values<float>(s.in_features * s.out_features, 2));
      const auto dy = stored<Storage>(random_values<float>(s.rows * s.out_features, 3));
      const auto b = random_values<float>(s.out_features, 4);
      auto y = poisoned<float>(s.rows * s.out_features), dx = poisoned<float>(s.rows * s.in_features);
      auto dw = poisoned<float>(s.in_features * s.out_features);
      linear_forward(Reference{}, s, floats(x).data(), floats(w).data(), biased ? b.data() : nullptr,
                     y.data());
      linear_backward_data(Reference{}, s, floats(w).data(), floats(dy).data(), dx.data());
      linear_backward_weight(Reference{}, s, floats(x).data(), floats(dy).data(), dw.data());

      const DeviceArray<Storage> device_x(x), device_w(w), device_dy(dy), fast_y(int64_t(y.size())),
          fast_dx(int64_t(dx.size()));
      const DeviceArray<float> device_b(b), fast_dw(int64_t(dw.size()));
      linear_forward(cuda_backend(), s, device_x.data(), device_w.data(), biased ? device_b.data() : nullptr,
                     fast_y.data());
      linear_backward_data(cuda_backend(), s, device_w.data(), device_dy.data(), fast_dx.data());
      linear_backward_weight(cuda_backend(), s, device_x.data(), device_dy.data(), fast_dw.data());
      const double tolerance = std::max(1e-5, kStorageError<Storage>);
      CHECK(relative_error(floats(fast_y.values()), y) < tolerance);
      CHECK(relative_error(floats(fast_dx.values()), dx) < tolerance);
      CHECK(relative_error(fast_dw.values(), dw) < 1e-5);
    }
}
