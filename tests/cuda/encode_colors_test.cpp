#include "kernels/encode_colors.h"

#include <doctest/doctest.h>

#include "tests/cases/encode_colors.h"
#include "tests/support/device_array.h"
#include "tests/support/device_bins.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("cuda encode_colors: equals the definition") {
  const AbBins& bins = AbBins::zhang313();
  const DeviceBins device_bins(bins.table());
  for (const EncodeColorsCase& c : encode_colors_cases()) {
    CAPTURE(c.shape.side);
    const EncodedColors expected = encode(Reference{}, c);
    const DeviceArray<uint8_t> bytes(c.pictures.bytes);
    const int64_t colors = c.colors(), k = c.shape.neighbours;
    const DeviceArray<float> bin_rarity(c.bin_rarity), lightness(c.pictures.shape.pixels()), ab(2 * colors),
        weight(k * colors), entropy(colors), rarity(colors);
    const DeviceArray<int32_t> index(k * colors);
    encode_colors(cuda_backend(), c.shape, device_bins.table(), bin_rarity.data(),
                  reinterpret_cast<const PictureFrame*>(bytes.data()),
                  bytes.data() + c.pictures.shape.pixels_offset(),
                  {lightness.data(), ab.data(), index.data(), weight.data(), entropy.data(), rarity.data()});
    EncodedColors actual(c);
    actual.encoding.index = index.values();
    actual.rarity = rarity.values();
    CHECK(relative_error(lightness.values(), expected.lightness) < 1e-5);
    CHECK(relative_error(ab.values(), expected.ab) < 1e-5);
    CHECK(wrong_bins(bins, expected.ab, actual.encoding, expected.encoding, 1e-4) == 0);
    CHECK(relative_error(weight.values(), expected.encoding.weight) < 1e-4);
    CHECK(relative_error(entropy.values(), expected.encoding.entropy) < 1e-4);
    CHECK(rarity_error(actual, expected) == 0);
  }
}
