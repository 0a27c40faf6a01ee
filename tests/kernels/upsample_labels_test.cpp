#include "kernels/upsample_labels.h"

#include <doctest/doctest.h>

#include "tests/cases/upsample_labels.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("upsample_labels: the fast kernel names the largest interpolated logit, as the definition does") {
  for (const UpsampleShape& s : upsample_labels_cases()) {
    CAPTURE(s.channels);
    const auto logits = random_values<float>(s.input_size(), 1, -3, 3);
    std::vector<uint8_t> expected(size_t(s.output_size() / s.channels), 255), fast(expected.size(), 255);
    upsample_labels(Reference{}, s, logits.data(), expected.data());
    upsample_labels(Cpu{}, s, logits.data(), fast.data());
    CHECK(worst_shortfall(s, logits, expected) < 1e-5);
    CHECK(worst_shortfall(s, logits, fast) < 1e-5);
  }
}

TEST_CASE_TEMPLATE("upsample_labels: bilinear logits, the largest wins, the lowest class a tie", Backend,
                   Reference, Cpu) {
  const auto labels = [](const UpsampleShape& s, const std::vector<float>& logits) {
    std::vector<uint8_t> result(size_t(s.out_height * s.out_width), 255);
    upsample_labels(Backend{}, s, logits.data(), result.data());
    return result;
  };
  // Two cells, two classes, four pixels: class 1 leads on the right, the lead changes in the middle.
  UpsampleShape s{.in_height = 1, .in_width = 2, .out_height = 1, .out_width = 4, .channels = 2};
  CHECK(labels(s, {1, 0, 0, 1}) == std::vector<uint8_t>{0, 0, 1, 1});
  CHECK(labels(s, {1, 1, 2, 2}) == std::vector<uint8_t>(4, 0));
  // Unequal leads: crossing where 3 (1 - t) = t, t = 0.75.
  s.out_width = 16;
  const auto skewed = labels(s, {3, 0, 0, 1});
  CHECK(skewed[9] == 0);   // t = 0.6875
  CHECK(skewed[10] == 1);  // t = 0.8125
}
