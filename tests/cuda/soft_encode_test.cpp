#include "kernels/soft_encode.h"

#include <doctest/doctest.h>

#include "tests/cases/soft_encode.h"
#include "tests/support/device_array.h"
#include "tests/support/device_bins.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("cuda soft_encode: equals the definition") {
  const AbBins& bins = AbBins::zhang313();
  const DeviceBins device_bins(bins.table());
  const std::vector<float> colors = colors_to_encode();
  const auto size = int64_t(colors.size() / 2);
  const DeviceArray<float> device_colors(colors);
  for (int neighbours : {1, 5, 10, kMostNeighbours}) {
    CAPTURE(neighbours);
    Encoding expected(size, neighbours), actual = expected;
    const SoftEncodeShape shape = {size, neighbours, 5};
    soft_encode(Reference{}, shape, bins.table(), colors.data(), expected.index.data(),
                expected.weight.data(), expected.entropy.data());
    const DeviceArray<int32_t> index(size * neighbours);
    const DeviceArray<float> weight(size * neighbours), entropy(size);
    soft_encode(cuda_backend(), shape, device_bins.table(), device_colors.data(), index.data(), weight.data(),
                entropy.data());
    actual.index = index.values();
    CHECK(wrong_bins(bins, colors, actual, expected) == 0);
    CHECK(relative_error(weight.values(), expected.weight) < 1e-5);
    CHECK(relative_error(entropy.values(), expected.entropy) < 1e-5);
    const DeviceArray<float> again(size * neighbours);
    soft_encode(cuda_backend(), shape, device_bins.table(), device_colors.data(), index.data(), again.data(),
                nullptr);
    CHECK(again.values() == weight.values());
  }
}
