#include "kernels/joint_bilateral_upsample.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/cases/joint_bilateral_upsample.h"
#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

std::vector<double> as_double(const std::vector<float>& values) { return {values.begin(), values.end()}; }

template <class Storage>
void check_case(const JointBilateralShape& s) {
  CAPTURE(s.low_height);
  CAPTURE(s.high_width);
  CAPTURE(s.radius);
  const auto x = stored<Storage>(random_values<float>(s.input_size(), 1, -100, 100)),
             dy = stored<Storage>(random_values<float>(s.output_size(), 3));
  const auto guide = random_values<float>(s.guide_size(), 2, 0, 255);
  auto y = poisoned<double>(s.output_size()), dx = poisoned<double>(s.input_size());
  joint_bilateral_upsample_forward(Reference{}, s, as_double(floats(x)).data(), as_double(guide).data(),
                                   y.data());
  joint_bilateral_upsample_backward(Reference{}, s, as_double(guide).data(), as_double(floats(dy)).data(),
                                    dx.data());
  const DeviceArray<Storage> device_x(x), device_dy(dy), fast_y(s.output_size()), fast_dx(s.input_size());
  const DeviceArray<float> device_guide(guide);
  joint_bilateral_upsample_forward(cuda_backend(), s, device_x.data(), device_guide.data(), fast_y.data());
  joint_bilateral_upsample_backward(cuda_backend(), s, device_guide.data(), device_dy.data(), fast_dx.data());
  const double arithmetic = s.sigma_range < 1 ? 2e-2 : 5e-5;  // logarithms of 1e5 leave few digits
  const double tolerance = std::max(arithmetic, kStorageError<Storage>);
  CHECK(relative_error(floats(fast_y.values()), y) < tolerance);
  CHECK(relative_error(floats(fast_dx.values()), dx) < tolerance);
}

}  // namespace

TEST_CASE_TEMPLATE("cuda joint_bilateral_upsample: both passes equal the definition", Storage, float,
                   bfloat16) {
  // A gradient has a block of threads for each low-resolution pixel: too many for the thread sanitizer.
  const int64_t affordable = std::getenv("HUEGRAD_SMALL_CASES") ? 400 : 10'000;
  for (const JointBilateralShape& s : joint_bilateral_cases())
    if (s.input_size() <= affordable) check_case<Storage>(s);
}

TEST_CASE_TEMPLATE("cuda joint_bilateral_upsample: a window too large to be staged", Storage, float,
                   bfloat16) {
  check_case<Storage>(
      {.low_height = 58, .low_width = 56, .high_height = 8, .high_width = 9, .channels = 1, .radius = 32});
}

TEST_CASE(
    "cuda joint_bilateral_upsample: an isolated guide value underflows every weight and is still Eq. (5)") {
  const JointBilateralShape s{
      .low_height = 4, .low_width = 4, .high_height = 16, .high_width = 16, .radius = 1};
  std::vector<float> guide(256, 0.0f);
  guide[16 * 8 + 9] = 1e4f;
  const std::vector<float> x(32, 7.0f);
  const DeviceArray<float> device_x(x), device_guide(guide), y(512);
  joint_bilateral_upsample_forward(cuda_backend(), s, device_x.data(), device_guide.data(), y.data());
  CHECK(relative_error(y.values(), std::vector<float>(512, 7.0f)) < 1e-6);
}
