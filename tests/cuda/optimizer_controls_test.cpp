#include "kernels/optimizer_controls.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

// More arrays than one launch takes, some of them empty.
std::vector<std::vector<float>> many_arrays() {
  std::vector<std::vector<float>> arrays;
  for (int64_t i = 0; i < 170; ++i) arrays.push_back(random_values<float>(i * i % 700, uint64_t(i)));
  return arrays;
}

}  // namespace

TEST_CASE("cuda clip_factor: the joint norm of all gradients, and what clips them") {
  const auto arrays = many_arrays();
  double squares = 0;
  std::vector<std::unique_ptr<DeviceArray<float>>> owners;
  std::vector<GradientArray> gradients;
  for (const auto& values : arrays) {
    for (float value : values) squares += double(value) * double(value);
    owners.push_back(std::make_unique<DeviceArray<float>>(values));
    gradients.push_back({int64_t(values.size()), owners.back()->data()});
  }
  const DeviceArray<OptimizerControls> controls(std::vector<OptimizerControls>(1));
  for (double longest : {1e9, 2.5}) {
    set_controls(cuda_backend(), {.learning_rate = 0.25f, .average_rate = 0.5f}, controls.data());
    clip_factor(cuda_backend(), gradients, longest, controls.data());
    const OptimizerControls values = controls.values()[0];
    CHECK(values.learning_rate == 0.25f);
    CHECK(values.gradient_norm == doctest::Approx(std::sqrt(squares)).epsilon(1e-6));
    CHECK(values.gradient_factor ==
          doctest::Approx(std::min(1.0, longest / std::sqrt(squares))).epsilon(1e-6));
  }
  const DeviceArray<float> infinite(std::vector<float>{1, INFINITY});
  gradients.push_back({2, infinite.data()});
  clip_factor(cuda_backend(), gradients, 1, controls.data());
  CHECK(controls.values()[0].gradient_factor == 0);
}

TEST_CASE("cuda average: every shadow follows its array, or none when the gradient was not finite") {
  const auto x = random_values<float>(3001, 1), shadow = random_values<float>(3001, 2);
  const DeviceArray<float> device_x(x), device_shadow(shadow);
  const std::vector<AveragePair> pairs = {{3001, device_x.data(), device_shadow.data()}};
  const DeviceArray<OptimizerControls> stop(
      std::vector<OptimizerControls>{{.average_rate = 0.3f, .gradient_factor = 0}});
  average(cuda_backend(), pairs, stop.data());
  CHECK(device_shadow.values() == shadow);
  const DeviceArray<OptimizerControls> go(std::vector<OptimizerControls>{{.average_rate = 0.3f}});
  average(cuda_backend(), pairs, go.data());
  std::vector<float> expected = shadow;
  for (size_t i = 0; i < x.size(); ++i) expected[i] = 0.7f * shadow[i] + 0.3f * x[i];
  CHECK(relative_error(device_shadow.values(), expected) < 2e-7);
}
