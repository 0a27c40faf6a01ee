#include "net/calibrate.h"

#include <doctest/doctest.h>

#include "core/autograd.h"
#include "tests/support/compare.h"
#include "tests/support/small_network.h"

namespace huegrad {
namespace {

Tensor noise(uint64_t seed) {
  return Tensor::from(test::random_values<float>(4 * 128 * 128, seed, -50, 50), {4, 128, 128, 1});
}

std::vector<std::vector<float>> statistics(const HierarchicalNetwork& network) {
  std::vector<std::vector<float>> values;
  for (const NamedTensor& named : network.tensors())
    if (!named.trainable()) values.push_back(named.tensor.values<float>());
  return values;
}

}  // namespace

TEST_CASE("calibration: with the statistics of a batch, inference on it is what training saw") {
  const HierarchicalNetwork network = test::small_network();
  for (const NamedTensor& named : network.tensors())  // smaller weights than the statistics were made for
    if (named.role == NamedTensor::Role::weight)
      for (int64_t i = 0; i < named.tensor.size(); ++i) named.tensor.data<float>()[i] *= 0.5f;
  const NoGradient no_gradient;
  const std::vector<float> stale = network.forward(noise(1), false).color_logits.values<float>();
  calibrate_batch_norm(network, 1, [](int64_t) { return noise(1); });
  const std::vector<float> calibrated = network.forward(noise(1), false).color_logits.values<float>();
  const std::vector<float> training = network.forward(noise(1), true).color_logits.values<float>();
  CHECK(test::relative_error(stale, training) > 0.05);
  CHECK(test::relative_error(calibrated, training) <
        0.02);  // not 0: the running variance is the unbiased one
}

TEST_CASE("calibration: the first batch norm gets the mean over batches, whatever was there before") {
  const HierarchicalNetwork network = test::small_network();
  const auto of = [&](std::vector<uint64_t> seeds) {
    calibrate_batch_norm(network, int64_t(seeds.size()), [&](int64_t i) { return noise(seeds[size_t(i)]); });
    return statistics(network)[0];
  };
  const std::vector<float> one = of({1}), two = of({2}), both = of({1, 2});
  for (size_t c = 0; c < both.size(); ++c) CHECK(both[c] == doctest::Approx((one[c] + two[c]) / 2));
  CHECK(of({1}) == one);
}

}  // namespace huegrad
