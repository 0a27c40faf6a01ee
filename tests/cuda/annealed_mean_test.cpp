#include "kernels/annealed_mean.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda annealed_mean: both passes equal the definition", Storage, float, bfloat16) {
  for (int64_t bins : {1, 2, 9, 64, 313, 400})
    for (double temperature : {1.0, 0.38, 0.05}) {
      CAPTURE(bins);
      CAPTURE(temperature);
      const AnnealedMeanShape s = {.rows = 43, .bins = bins, .temperature = temperature};
      const auto logits = stored<Storage>(random_values<float>(s.rows * bins, 1, -8, 8));
      const auto centers = random_values<float>(2 * bins, 2, -110, 110),
                 dab = random_values<float>(2 * s.rows, 3);
      auto expected = poisoned<float>(2 * s.rows), expected_dlogits = poisoned<float>(s.rows * bins);
      annealed_mean_forward(Reference{}, s, floats(logits).data(), centers.data(), expected.data());
      annealed_mean_backward(Reference{}, s, floats(logits).data(), centers.data(), expected.data(),
                             dab.data(), expected_dlogits.data());
      const DeviceArray<Storage> device_logits(logits), dlogits(s.rows * bins);
      const DeviceArray<float> device_centers(centers), device_dab(dab), ab(2 * s.rows);
      annealed_mean_forward(cuda_backend(), s, device_logits.data(), device_centers.data(), ab.data());
      CHECK(relative_error(ab.values(), expected) < 4e-6);
      annealed_mean_backward(cuda_backend(), s, device_logits.data(), device_centers.data(), ab.data(),
                             device_dab.data(), dlogits.data());
      CHECK(relative_error(floats(dlogits.values()), expected_dlogits) <
            std::max(2e-5, kStorageError<Storage>));
    }
}

TEST_CASE_TEMPLATE("cuda annealed_mean: rows may begin anywhere and be any number", Storage, float,
                   bfloat16) {
  const int64_t bins = 313;
  const auto centers = random_values<float>(2 * bins, 2, -110, 110);
  const DeviceArray<float> device_centers(centers);
  for (int64_t rows : {1, 15, 16, 17, 33})
    for (int64_t offset : {0, 1, 8}) {
      CAPTURE(rows);
      CAPTURE(offset);
      const AnnealedMeanShape s = {.rows = rows, .bins = bins};
      const auto logits = stored<Storage>(random_values<float>(offset + rows * bins, 1, -8, 8));
      const auto dab = random_values<float>(2 * rows, 3);
      auto expected = poisoned<float>(2 * rows), expected_dlogits = poisoned<float>(rows * bins);
      const std::vector<float> host = floats(logits);
      annealed_mean_forward(Reference{}, s, host.data() + offset, centers.data(), expected.data());
      annealed_mean_backward(Reference{}, s, host.data() + offset, centers.data(), expected.data(),
                             dab.data(), expected_dlogits.data());
      const DeviceArray<Storage> device_logits(logits), dlogits(offset + rows * bins + 1);
      const DeviceArray<float> device_dab(dab), ab(2 * rows);
      annealed_mean_forward(cuda_backend(), s, device_logits.data() + offset, device_centers.data(),
                            ab.data());
      CHECK(relative_error(ab.values(), expected) < 4e-6);
      annealed_mean_backward(cuda_backend(), s, device_logits.data() + offset, device_centers.data(),
                             ab.data(), device_dab.data(), dlogits.data() + offset);
      const std::vector<float> around = floats(dlogits.values());
      const std::vector<float> inside(around.begin() + offset, around.end() - 1);
      CHECK(relative_error(inside, expected_dlogits) < std::max(2e-5, kStorageError<Storage>));
      for (int64_t i = 0; i < offset; ++i) CHECK(std::isnan(around[size_t(i)]));  // nobody else's values
      CHECK(std::isnan(around.back()));
    }
}

TEST_CASE("cuda annealed_mean: equal logits give the mean, one huge logit gives its centre") {
  const AnnealedMeanShape s = {.rows = 2, .bins = 2};
  const DeviceArray<float> logits({5, 5, 1e30f, -1e30f}), centers({10, 20, 30, 60}), ab(4);
  annealed_mean_forward(cuda_backend(), s, logits.data(), centers.data(), ab.data());
  CHECK(relative_error(ab.values(), std::vector<float>{20, 40, 10, 20}) < 1e-6);
}

TEST_CASE("cuda annealed_mean: more bins than a warp holds are refused") {
  const DeviceArray<float> x(2050);
  CHECK_THROWS_WITH_AS(
      annealed_mean_forward(cuda_backend(), {.rows = 1, .bins = 1025}, x.data(), x.data(), x.data()),
      "[annealed_mean_forward] 1025 classes, the CUDA kernel takes 1024 at most", CudaError);
}
