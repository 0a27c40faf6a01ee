#include "kernels/unpack_pictures.h"

#include <doctest/doctest.h>

#include "tests/cases/picture_bytes.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("cuda unpack_pictures: gives the CPU's bytes") {
  for (const PictureBytesCase& c : picture_bytes_cases()) {
    const PictureBytes& s = c.shape;
    CAPTURE(s.side);
    std::vector<uint8_t> rgb(size_t(3 * s.pixels()));
    std::vector<int32_t> label(size_t(s.grid_size()));
    auto label_weight = poisoned<float>(s.grid_size());
    unpack_pictures(Cpu{}, s, c.bytes.data(), rgb.data(), label.data(), label_weight.data());
    const DeviceArray<uint8_t> bytes(c.bytes), device_rgb(3 * s.pixels());
    const DeviceArray<int32_t> device_label(s.grid_size());
    const DeviceArray<float> device_weight(s.grid_size());
    unpack_pictures(cuda_backend(), s, bytes.data(), device_rgb.data(), device_label.data(),
                    device_weight.data());
    CHECK(device_rgb.values() == rgb);  // weights and sums round alike
    CHECK(device_label.values() == label);
    CHECK(device_weight.values() == label_weight);
  }
}
