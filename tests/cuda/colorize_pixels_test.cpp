#include "kernels/colorize_pixels.h"

#include <doctest/doctest.h>

#include "tests/cases/colorize_pixels.h"
#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda colorize_pixels: equals the definition to a level", Sample, uint8_t, uint16_t) {
  for (const ColorizePixelsShape& s : colorize_pixels_cases()) {
    CAPTURE(s.channels);
    CAPTURE(s.joint_bilateral);
    const auto picture = random_samples<Sample>(s.pixels() * s.channels);
    const auto ab = random_values<float>(s.upsample.input_size(), 2, -60, 60);
    std::vector<Sample> expected(size_t(s.pixels() * s.out_channels()), 1);
    colorize_pixels(Reference{}, s, ab.data(), picture.data(), expected.data());
    const DeviceArray<Sample> device_picture(picture), out(s.pixels() * s.out_channels());
    const DeviceArray<float> device_ab(ab);
    colorize_pixels(cuda_backend(), s, device_ab.data(), device_picture.data(), out.data());
    CHECK(largest_step(out.values(), expected) <= kSampleTolerance<Sample>);
  }
}
