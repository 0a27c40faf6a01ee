#include "kernels/linear.h"

#include "tests/cuda/convolution_cases.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

// Every pass by every way against the definition in double.
template <class Storage>
void check_linear(const LinearShape& s, bool with_bias) {
  CAPTURE(s.rows);
  CAPTURE(s.in_features);
  CAPTURE(s.out_features);
  CAPTURE(with_bias);
  const auto x = stored<Storage>(random_values<float>(s.rows * s.in_features, 1));
  const auto w = stored<Storage>(random_values<float>(s.out_features * s.in_features, 2));
  const auto dy = stored<Storage>(random_values<float>(s.rows * s.out_features, 3));
  const auto b = random_values<float>(s.out_features, 4);
  auto y = poisoned<double>(int64_t(dy.size())), dx = poisoned<double>(int64_t(x.size()));
  auto dw = poisoned<double>(int64_t(w.size()));
  linear_forward(Reference{}, s, doubles(x).data(), doubles(w).data(),
                 with_bias ? doubles(b).data() : nullptr, y.data());
  linear_backward_data(Reference{}, s, doubles(w).data(), doubles(dy).data(), dx.data());
  linear_backward_weight(Reference{}, s, doubles(x).data(), doubles(dy).data(), dw.data());

  const DeviceArray<Storage> device_x(x), device_w(w), device_dy(dy);
  const DeviceArray<float> device_b(b);
  for (const Way& way : ways<Storage>()) {
    CAPTURE(way.name);
    const CudaChoice choice(way.choice, way.tensor_float32);
    const DeviceArray<Storage> fast_y(int64_t(y.size())), fast_dx(int64_t(dx.size()));
    const DeviceArray<float> fast_dw(int64_t(dw.size()));
    linear_forward(cuda_backend(), s, device_x.data(), device_w.data(), with_bias ? device_b.data() : nullptr,
                   fast_y.data());
    linear_backward_data(cuda_backend(), s, device_w.data(), device_dy.data(), fast_dx.data());
    linear_backward_weight(cuda_backend(), s, device_x.data(), device_dy.data(), fast_dw.data());
    CHECK(relative_error(floats(fast_y.values()), y) <
          (with_bias ? epilogue_tolerance<Storage>(way) : tolerance<Storage>(way)));
    CHECK(relative_error(floats(fast_dx.values()), dx) < tolerance<Storage>(way));
    // Written in float, whatever the storage.
    CHECK(relative_error(fast_dw.values(), dw) < (way.tensor_float32 ? 2e-3 : 1e-5));
  }
}

}  // namespace

TEST_CASE_TEMPLATE("cuda linear: every pass of every way equals the definition", Storage, float, bfloat16) {
  for (const LinearShape& s :
       {LinearShape{1, 1, 1}, LinearShape{3, 5, 7}, LinearShape{12, 64, 32}, LinearShape{13, 300, 313},
        LinearShape{100, 33, 21}, LinearShape{130, 24, 129}, LinearShape{700, 9, 40}})
    for (bool with_bias : {false, true}) check_linear<Storage>(s, with_bias);
}
