#include "kernels/sgd_step.h"

#include <doctest/doctest.h>

#include <memory>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("cuda sgd_step: all tensors in one launch move as the definition moves each, averages after them") {
  for (double momentum : {0.0, 0.9})
    for (bool nesterov : {false, true}) {
      if (nesterov && momentum == 0) continue;
      CAPTURE(momentum);
      CAPTURE(nesterov);
      const SgdOptions options{
          .learning_rate = 0.1, .momentum = momentum, .weight_decay = 0.01, .nesterov = nesterov};
      const DeviceArray<OptimizerControls> controls(
          std::vector<OptimizerControls>{{.learning_rate = 0.1f, .average_rate = 0.5f}});
      std::vector<std::vector<float>> expected, expected_average;
      std::vector<std::unique_ptr<DeviceArray<float>>> owners;
      std::vector<SgdTensor> tensors;
      const auto own = [&](const std::vector<float>& values) {
        return owners.emplace_back(std::make_unique<DeviceArray<float>>(values))->data();
      };
      for (int64_t size : {1, 1024, 3333}) {
        const auto g = random_values<float>(size, 1);
        auto v = random_values<float>(size, 2), w = random_values<float>(size, 3),
             average = random_values<float>(size, 4);
        tensors.push_back({size, own(g), momentum > 0 ? own(v) : nullptr, own(w), 0.01f, own(average)});
        sgd_step(Reference{}, size, options, g.data(), momentum > 0 ? v.data() : nullptr, w.data());
        for (size_t i = 0; i < w.size(); ++i) average[i] = 0.5f * (average[i] + w[i]);
        expected.push_back(w);
        expected_average.push_back(average);
      }
      sgd_step(cuda_backend(), tensors, options, controls.data());
      const size_t arrays = momentum > 0 ? 4 : 3;
      for (size_t i = 0; i < tensors.size(); ++i) {
        CHECK(relative_error(owners[arrays * i + arrays - 2]->values(), expected[i]) < 1e-6);
        CHECK(relative_error(owners[arrays * i + arrays - 1]->values(), expected_average[i]) < 1e-6);
      }
    }
}
