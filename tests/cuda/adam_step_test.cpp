#include "kernels/adam_step.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE(
    "cuda adam_step: all tensors in one launch move as the definition moves each, averages after them") {
  for (bool decoupled : {false, true})
    for (int64_t step : {1, 100}) {
      AdamOptions options{.learning_rate = 0.01, .weight_decay = 0.1, .decoupled_weight_decay = decoupled};
      const float factor = 0.5f;  // a clipped gradient
      const DeviceArray<OptimizerControls> controls(std::vector<OptimizerControls>{
          {.learning_rate = 0.01f,
           .first_correction = float(1 / (1 - std::pow(options.beta1, double(step)))),
           .second_correction = float(1 / (1 - std::pow(options.beta2, double(step)))),
           .average_rate = 0.25f,
           .gradient_factor = factor}});
      std::vector<std::vector<float>> expected_w, expected_v, expected_average;
      std::vector<std::unique_ptr<DeviceArray<float>>> owners;
      std::vector<AdamTensor> tensors;
      const auto own = [&](const std::vector<float>& values) {
        return owners.emplace_back(std::make_unique<DeviceArray<float>>(values))->data();
      };
      for (int64_t size : {1, 1023, 2048, 2050, 9001}) {
        auto g = random_values<float>(size, 1), m = random_values<float>(size, 2),
             w = random_values<float>(size, 4), average = random_values<float>(size, 5);
        auto v = random_values<float>(size, 3, 0, 1);
        tensors.push_back({size, own(g), own(m), own(v), own(w), 0.1f, own(average)});
        for (float& value : g) value *= factor;
        adam_step(Reference{}, size, options, step, g.data(), m.data(), v.data(), w.data());
        for (size_t i = 0; i < w.size(); ++i) average[i] = 0.75f * average[i] + 0.25f * w[i];
        expected_w.push_back(w);
        expected_v.push_back(v);
        expected_average.push_back(average);
      }
      adam_step(cuda_backend(), tensors, options, controls.data());
      for (size_t i = 0; i < tensors.size(); ++i) {
        CHECK(relative_error(owners[5 * i + 4]->values(), expected_average[i]) < 1e-6);
        CHECK(relative_error(owners[5 * i + 3]->values(), expected_w[i]) < 1e-6);
        CHECK(relative_error(owners[5 * i + 2]->values(), expected_v[i]) < 1e-6);
      }
    }
}

TEST_CASE("cuda adam_step: arrays need not begin at multiples of 16 bytes") {
  const int64_t size = 2049;
  const AdamOptions options{.learning_rate = 0.01};
  const DeviceArray<OptimizerControls> controls(std::vector<OptimizerControls>{
      {.learning_rate = 0.01f, .first_correction = 10, .second_correction = 1000}});
  auto g = random_values<float>(size, 1), m = random_values<float>(size, 2),
       w = random_values<float>(size, 4);
  auto v = random_values<float>(size, 3, 0, 1);
  const DeviceArray<float> device_g(g), device_m(m), device_v(v), device_w(w);
  const std::vector<AdamTensor> tensors = {
      {size - 1, device_g.data() + 1, device_m.data() + 1, device_v.data() + 1, device_w.data() + 1, 0}};
  adam_step(cuda_backend(), tensors, options, controls.data());
  adam_step(Reference{}, size - 1, options, 1, g.data() + 1, m.data() + 1, v.data() + 1, w.data() + 1);
  CHECK(relative_error(device_m.values(), m) < 1e-6);
  CHECK(relative_error(device_w.values(), w) < 1e-6);
}

TEST_CASE("cuda adam_step: a gradient that is not finite moves nothing") {
  const DeviceArray<float> g(std::vector<float>{NAN}), m(std::vector<float>{1}), v(std::vector<float>{2}),
      w(std::vector<float>{3});
  const DeviceArray<OptimizerControls> controls(
      std::vector<OptimizerControls>{{.learning_rate = 1, .gradient_factor = 0}});
  const std::vector<AdamTensor> tensors = {{1, g.data(), m.data(), v.data(), w.data(), 0}};
  adam_step(cuda_backend(), tensors, {}, controls.data());
  CHECK(m.values()[0] == 1);
  CHECK(v.values()[0] == 2);
  CHECK(w.values()[0] == 3);
}
