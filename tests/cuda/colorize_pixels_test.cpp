#include "kernels/colorize_pixels.h"

#include <doctest/doctest.h>

#include "tests/cases/colorize_pixels.h"
#include "tests/support/compare.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

template <class Storage, class Sample>
void check_against_definition(const ColorizePixelsShape& s) {
  CAPTURE(s.channels);
  CAPTURE(s.joint_bilateral);
  CAPTURE(s.upsample.radius);
  const auto picture = random_samples<Sample>(s.pixels() * s.channels);
  const auto logits = stored<Storage>(random_logits(s));
  const auto centers = random_centers(s);
  std::vector<Sample> expected(size_t(s.pixels() * s.out_channels()), 1);
  colorize_pixels(Reference{}, s, floats(logits).data(), centers.data(), picture.data(), expected.data());
  const DeviceArray<Sample> device_picture(picture), out(s.pixels() * s.out_channels());
  const DeviceArray<Storage> device_logits(logits);
  const DeviceArray<float> device_centers(centers);
  colorize_pixels(cuda_backend(), s, device_logits.data(), device_centers.data(), device_picture.data(),
                  out.data());
  CHECK(largest_step(out.values(), expected) <= kSampleTolerance<Sample>);
}

}  // namespace

TEST_CASE_TEMPLATE("cuda colorize_pixels: equals the definition to a level", Sample, uint8_t, uint16_t) {
  for (const ColorizePixelsShape& s : colorize_pixels_cases()) {
    check_against_definition<float, Sample>(s);
    check_against_definition<bfloat16, Sample>(s);
  }
}

TEST_CASE("cuda colorize_pixels: windows of every cell of a grid that cannot be staged") {
  check_against_definition<float, uint8_t>(
      {{.low_height = 66, .low_width = 64, .high_height = 5, .high_width = 4, .radius = 40}, 3, true, 2});
}
