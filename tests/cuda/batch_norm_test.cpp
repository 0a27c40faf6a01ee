#include "kernels/batch_norm.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/cases/batch_norm.h"
#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

// Everything batch_norm computes on one input; affine: with gamma and beta.
template <class Storage>
void check_case(const BatchNormShape& s, bool affine, bool through_statistics, double offset = 0) {
  CAPTURE(s.rows);
  CAPTURE(s.channels);
  CAPTURE(through_statistics);
  const int64_t size = s.rows * s.channels;
  const auto x = stored<Storage>(random_values<float>(size, 1, offset - 1, offset + 1));
  const auto dy = stored<Storage>(random_values<float>(size, 2));
  const auto gamma = random_values<float>(s.channels, 3), beta = random_values<float>(s.channels, 4);
  const float *scale = affine ? gamma.data() : nullptr, *shift = affine ? beta.data() : nullptr;
  auto mean = poisoned<float>(s.channels), variance = mean, dgamma = mean, dbeta = mean;
  auto y = poisoned<float>(size), dx = y;
  const auto plain_x = floats(x), plain_dy = floats(dy);
  batch_norm_statistics(Reference{}, s, plain_x.data(), mean.data(), variance.data());
  batch_norm_forward(Reference{}, s, plain_x.data(), mean.data(), variance.data(), scale, shift, y.data());
  batch_norm_backward(Reference{}, s, through_statistics, plain_x.data(), mean.data(), variance.data(), scale,
                      plain_dy.data(), dx.data(), dgamma.data(), dbeta.data());

  const DeviceArray<Storage> device_x(x), device_dy(dy), fast_y(size), fast_dx(size);
  const DeviceArray<float> device_gamma(gamma), device_beta(beta), fast_mean(s.channels),
      fast_variance(s.channels), fast_dgamma(s.channels), fast_dbeta(s.channels);
  const float* device_scale = affine ? device_gamma.data() : nullptr;
  const float* device_shift = affine ? device_beta.data() : nullptr;
  batch_norm_statistics(cuda_backend(), s, device_x.data(), fast_mean.data(), fast_variance.data());
  batch_norm_forward(cuda_backend(), s, device_x.data(), fast_mean.data(), fast_variance.data(), device_scale,
                     device_shift, fast_y.data());
  batch_norm_backward(cuda_backend(), s, through_statistics, device_x.data(), fast_mean.data(),
                      fast_variance.data(), device_scale, device_dy.data(), fast_dx.data(),
                      fast_dgamma.data(), fast_dbeta.data());
  CHECK(relative_error(fast_mean.values(), mean) < 1e-6);
  CHECK(relative_error(fast_variance.values(), variance) < 1e-6);
  if (offset != 0) return;  // the rest is as large as the rounding of x
  const double tolerance = std::max(2e-5, kStorageError<Storage>);
  CHECK(relative_error(floats(fast_y.values()), y) < tolerance);
  CHECK(relative_error(floats(fast_dx.values()), dx) < tolerance);
  CHECK(relative_error(fast_dgamma.values(), dgamma) < 2e-5);
  CHECK(relative_error(fast_dbeta.values(), dbeta) < 1e-6);
}

}  // namespace

TEST_CASE_TEMPLATE("cuda batch_norm: every pass equals the definition", Storage, float, bfloat16) {
  for (BatchNormShape s : batch_norm_cases()) {
    s.rows = std::min<int64_t>(s.rows, 700);
    for (bool affine : {false, true})
      for (bool through_statistics : {false, true}) check_case<Storage>(s, affine, through_statistics);
  }
}

TEST_CASE("cuda batch_norm: a large mean does not ruin the variance") {
  check_case<float>({.rows = 3001, .channels = 19}, true, true, 4096);
}

TEST_CASE("cuda batch_norm: absent outputs are not touched") {
  const BatchNormShape s = {.rows = 4, .channels = 3};
  const auto x = random_values<float>(12, 1), dy = random_values<float>(12, 2);
  const std::vector<float> mean(3, 0.0f), variance(3, 1.0f);
  const DeviceArray<float> device_x(x), device_dy(dy), device_mean(mean), device_variance(variance), dx(12);
  batch_norm_backward<float>(cuda_backend(), s, false, device_x.data(), device_mean.data(),
                             device_variance.data(), nullptr, device_dy.data(), dx.data(), nullptr, nullptr);
  auto expected = poisoned<float>(12);
  batch_norm_backward<float>(Reference{}, s, false, x.data(), mean.data(), variance.data(), nullptr,
                             dy.data(), expected.data(), nullptr, nullptr);
  CHECK(relative_error(dx.values(), expected) < 1e-6);
}
