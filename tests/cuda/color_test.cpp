#include "kernels/color.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/cases/colorize_pixels.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE_TEMPLATE("cuda color: both conversions equal the definitions", Storage, float, bfloat16) {
  for (int64_t size : {1, 31, 257, 3003}) {
    CAPTURE(size);
    const auto rgb = stored<Storage>(random_values<float>(3 * size, 1, 0, 1));
    auto lab = poisoned<float>(3 * size), expected = poisoned<float>(3 * size);
    srgb_to_lab(Reference{}, size, floats(rgb).data(), lab.data());
    const DeviceArray<Storage> device_rgb(rgb), device_lab(3 * size), back(3 * size);
    srgb_to_lab(cuda_backend(), size, device_rgb.data(), device_lab.data());
    CHECK(relative_error(floats(device_lab.values()), lab) < std::max(5e-6, kStorageError<Storage>));

    // Half of these lie outside the gamut.
    for (int64_t i = 0; i < size; ++i)
      for (int c : {1, 2}) lab[size_t(3 * i + c)] *= 2;
    const auto vivid = stored<Storage>(lab);
    lab_to_srgb(Reference{}, size, floats(vivid).data(), expected.data());
    const DeviceArray<Storage> device_vivid(vivid);
    lab_to_srgb(cuda_backend(), size, device_vivid.data(), back.data());
    CHECK(relative_error(floats(back.values()), expected) < std::max(2e-5, kStorageError<Storage>));
  }
}

TEST_CASE_TEMPLATE("cuda color: the lightness of pictures equals the definition", Sample, uint8_t, uint16_t) {
  for (int64_t channels : {1, 2, 3, 4}) {
    CAPTURE(channels);
    const int64_t size = 1003;
    const auto picture = random_samples<Sample>(size * channels);
    auto expected = poisoned<float>(size);
    picture_lightness(Reference{}, size, channels, picture.data(), 50, expected.data());
    const DeviceArray<Sample> device_picture(picture);
    const DeviceArray<float> lightness(size);
    picture_lightness(cuda_backend(), size, channels, device_picture.data(), 50, lightness.data());
    CHECK(relative_error(lightness.values(), expected) < 5e-6);
  }
}
