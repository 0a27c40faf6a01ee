#include "kernels/upsample_labels.h"

#include <doctest/doctest.h>

#include "tests/cases/upsample_labels.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda upsample_labels: names the largest interpolated logit", Storage, float, bfloat16) {
  for (const UpsampleShape& s : upsample_labels_cases()) {
    CAPTURE(s.channels);
    const auto logits = stored<Storage>(random_values<float>(s.input_size(), 1, -3, 3));
    const DeviceArray<Storage> device_logits(logits);
    const DeviceArray<uint8_t> labels(s.output_size() / s.channels);
    upsample_labels(cuda_backend(), s, device_logits.data(), labels.data());
    CHECK(worst_shortfall(s, floats(logits), labels.values()) < 1e-5);
  }
}

TEST_CASE("cuda upsample_labels: the lowest class wins a tie") {
  const UpsampleShape s{.in_height = 2, .in_width = 2, .out_height = 5, .out_width = 5, .channels = 7};
  const DeviceArray<float> logits(std::vector<float>(size_t(s.input_size()), 0.3f));
  const DeviceArray<uint8_t> labels(25);
  upsample_labels(cuda_backend(), s, logits.data(), labels.data());
  CHECK(labels.values() == std::vector<uint8_t>(25, 0));
}
