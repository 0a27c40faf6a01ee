#include "kernels/softmax_cross_entropy.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/cases/softmax_cross_entropy.h"
#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

std::vector<int32_t> random_indices(int64_t size, int64_t classes, uint64_t seed) {
  const auto values = random_values<double>(size, seed, 0, double(classes));
  return {values.begin(), values.end()};
}

// Targets on both sides: the definition reads host memory, the kernel the device's.
template <class Storage, class Targets>
void check_loss(const SoftmaxCrossEntropyShape& s, const std::vector<Storage>& logits, const Targets& host,
                const Targets& device) {
  CAPTURE(s.rows);
  CAPTURE(s.classes);
  const DeviceArray<Storage> device_logits(logits), dlogits(s.rows * s.classes);
  const DeviceArray<float> scale(1), loss(s.rows), loss_alone(s.rows);
  for (auto normalization : {LossNormalization::sum, LossNormalization::per_image,
                             LossNormalization::per_pixel, LossNormalization::per_weight}) {
    const LossScale options{normalization, 3, 0.5};
    float expected = NAN;
    softmax_cross_entropy_scale(Reference{}, s, host, options, &expected);
    softmax_cross_entropy_scale(cuda_backend(), s, device, options, scale.data());
    CHECK(scale.values()[0] == doctest::Approx(expected).epsilon(1e-6));
  }
  const float by = scale.values()[0];
  auto expected_loss = poisoned<float>(s.rows), expected_dlogits = poisoned<float>(s.rows * s.classes);
  softmax_cross_entropy(Reference{}, s, floats(logits).data(), host, &by, expected_loss.data(),
                        expected_dlogits.data());
  softmax_cross_entropy(cuda_backend(), s, device_logits.data(), device, scale.data(), loss.data(),
                        dlogits.data());
  softmax_cross_entropy(cuda_backend(), s, device_logits.data(), device, scale.data(), loss_alone.data(),
                        static_cast<Storage*>(nullptr));
  CHECK(relative_error(loss.values(), expected_loss) < 2e-6);
  CHECK(relative_error(floats(dlogits.values()), expected_dlogits) < kStorageError<Storage>);
  CHECK(loss_alone.values() == loss.values());
}

}  // namespace

TEST_CASE_TEMPLATE("cuda softmax_cross_entropy: scale, loss and gradient equal the definition", Storage,
                   float, bfloat16) {
  auto cases = softmax_cross_entropy_cases();
  cases.push_back({.rows = 9, .classes = 1000, .targets_per_row = 32});
  cases.push_back({.rows = 150, .classes = 250, .targets_per_row = 32});
  for (SoftmaxCrossEntropyShape s : cases) {
    s.rows = std::min<int64_t>(s.rows, 150);
    const auto logits = stored<Storage>(random_values<float>(s.rows * s.classes, 1, -20, 20));
    auto labels = random_indices(s.rows, std::min<int64_t>(s.classes, 255), 2);
    labels[size_t(s.rows / 2)] = 255;
    const auto class_weight = random_values<float>(std::max<int64_t>(256, s.classes), 3, 0, 2);
    auto row_weight = random_values<float>(s.rows, 4, 0, 2);
    row_weight[0] = s.rows > 2 ? 0.0f : 1.0f;
    const auto index = random_indices(s.rows * s.targets_per_row, s.classes, 5);
    const auto weight = random_values<float>(s.rows * s.targets_per_row, 6, 0, 1);
    const DeviceArray<int32_t> device_labels(labels), device_index(index);
    const DeviceArray<float> device_class_weight(class_weight), device_row_weight(row_weight),
        device_weight(weight);
    if (s.classes > 1 || s.rows > 1) {
      check_loss<Storage, IntegerTargets<float>>(s, logits, {labels.data(), nullptr, nullptr},
                                                 {device_labels.data(), nullptr, nullptr});
      check_loss<Storage, IntegerTargets<float>>(
          s, logits, {labels.data(), class_weight.data(), row_weight.data()},
          {device_labels.data(), device_class_weight.data(), device_row_weight.data()});
    }
    check_loss<Storage, SparseTargets<float>>(s, logits, {index.data(), weight.data(), nullptr},
                                              {device_index.data(), device_weight.data(), nullptr});
    check_loss<Storage, SparseTargets<float>>(
        s, logits, {index.data(), weight.data(), row_weight.data()},
        {device_index.data(), device_weight.data(), device_row_weight.data()});
  }
}

TEST_CASE_TEMPLATE("cuda softmax_cross_entropy: rows may begin anywhere and be any number", Storage, float,
                   bfloat16) {
  for (int64_t classes : {21, 313})
    for (int64_t rows : {1, 16, 17, 50})
      for (int64_t offset : {0, 1, 8}) {
        CAPTURE(classes);
        CAPTURE(rows);
        CAPTURE(offset);
        const SoftmaxCrossEntropyShape s{.rows = rows, .classes = classes};
        const auto logits = stored<Storage>(random_values<float>(offset + rows * classes, 1, -20, 20));
        const auto labels = random_indices(rows, classes, 2);
        const float one = 1;
        auto expected_loss = poisoned<float>(rows), expected = poisoned<float>(rows * classes);
        softmax_cross_entropy(Reference{}, s, floats(logits).data() + offset,
                              IntegerTargets<float>{.index = labels.data()}, &one, expected_loss.data(),
                              expected.data());
        const DeviceArray<Storage> device_logits(logits), dlogits(offset + rows * classes + 1);
        const DeviceArray<int32_t> device_labels(labels);
        const DeviceArray<float> scale(std::vector<float>{one}), loss(rows);
        softmax_cross_entropy(cuda_backend(), s, device_logits.data() + offset,
                              IntegerTargets<float>{.index = device_labels.data()}, scale.data(), loss.data(),
                              dlogits.data() + offset);
        CHECK(relative_error(loss.values(), expected_loss) < 2e-6);
        const std::vector<float> around = floats(dlogits.values());
        const std::vector<float> inside(around.begin() + offset, around.end() - 1);
        CHECK(relative_error(inside, expected) < kStorageError<Storage>);
        for (int64_t i = 0; i < offset; ++i) CHECK(std::isnan(around[size_t(i)]));  // nobody else's values
        CHECK(std::isnan(around.back()));
      }
}

TEST_CASE("cuda softmax_cross_entropy: more targets than a warp holds are refused") {
  const DeviceArray<float> x(64);
  const DeviceArray<int32_t> index(33);
  CHECK_THROWS_WITH_AS(softmax_cross_entropy(cuda_backend(), {.rows = 1, .classes = 4, .targets_per_row = 33},
                                             x.data(), SparseTargets<float>{index.data(), x.data(), nullptr},
                                             x.data(), x.data(), x.data()),
                       "[softmax_cross_entropy] 33 targets of a row, the CUDA kernel takes 32 at most",
                       CudaError);
}

TEST_CASE("cuda softmax_cross_entropy: rows of weight zero give exactly zero; NaN and wrong labels show") {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  const DeviceArray<float> logits({infinity, infinity, 0, nan, 1, 2, 1, 2, 3, 1, 2, 3}),
      scale(std::vector<float>{1.0f});
  const DeviceArray<float> row_weight({0, 1, 1, 1}), loss(4), dlogits(12);
  const DeviceArray<int32_t> labels({1, 1, 3, 2});
  softmax_cross_entropy(cuda_backend(), {.rows = 4, .classes = 3}, logits.data(),
                        IntegerTargets<float>{labels.data(), nullptr, row_weight.data()}, scale.data(),
                        loss.data(), dlogits.data());
  const auto losses = loss.values(), gradients = dlogits.values();
  CHECK(losses[0] == 0);
  CHECK(std::vector<float>(gradients.begin(), gradients.begin() + 3) == std::vector<float>(3, 0.0f));
  CHECK(std::isnan(losses[1]));
  CHECK(std::isnan(losses[2]));
  for (int i = 6; i < 9; ++i) CHECK(std::isnan(gradients[size_t(i)]));
  CHECK(losses[3] == doctest::Approx(std::log(1 + std::exp(-1.0) + std::exp(-2.0))));
}
