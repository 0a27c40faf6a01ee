#include "kernels/resize.h"

#include <doctest/doctest.h>

#include "tests/cases/resize.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda resize: equals the definition", Sample, uint8_t, uint16_t, float) {
  for (const ResizeShape& s : resize_cases()) {
    CAPTURE(s.height);
    CAPTURE(s.new_height);
    const auto x = random_samples<Sample>(s.input_size(), 1);
    std::vector<Sample> expected(size_t(s.output_size()));
    resize(Reference{}, s, x.data(), expected.data());
    const DeviceArray<Sample> device_x(x), y(s.output_size());
    resize(cuda_backend(), s, device_x.data(), y.data());
    CHECK(largest_difference(y.values(), expected) <= kResizeError<Sample>);
    if (!std::is_floating_point_v<Sample>) CHECK(differing(y.values(), expected) < 0.01);
  }
}
