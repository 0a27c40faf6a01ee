#include "kernels/encode_colors.h"

#include <doctest/doctest.h>

#include "tests/cases/encode_colors.h"
#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("encode_colors: the fast kernel equals the definition") {
  for (const EncodeColorsCase& c : encode_colors_cases()) {
    CAPTURE(c.shape.side);
    const EncodedColors expected = encode(Reference{}, c);
    for (int threads : {1, 3}) {
      const Threads choice(threads);
      const EncodedColors actual = encode(Cpu{}, c);
      CHECK(relative_error(actual.lightness, expected.lightness) < 1e-5);
      CHECK(relative_error(actual.ab, expected.ab) < 1e-5);
      // Of its own colours, which differ from the definition's in the last digits.
      CHECK(wrong_bins(AbBins::zhang313(), actual.ab, actual.encoding, expected.encoding, 1e-4) == 0);
      CHECK(relative_error(actual.encoding.weight, expected.encoding.weight) < 1e-4);
      CHECK(relative_error(actual.encoding.entropy, expected.encoding.entropy) < 1e-4);
      CHECK(rarity_error(actual, expected) == 0);
    }
  }
}

TEST_CASE_TEMPLATE("encode_colors: lightness changes and is clamped; grey pictures teach nothing", Backend,
                   Reference, Cpu) {
  EncodeColorsCase c(8, 3, 5);  // the third is grey
  auto* frames = reinterpret_cast<PictureFrame*>(c.pictures.bytes.data());
  for (int n = 0; n < 3; ++n) frames[n].contrast = 1, frames[n].brightness = 0;
  const EncodedColors plain = encode(Backend{}, c);
  frames[0].contrast = 2;
  frames[1].brightness = -90;
  const EncodedColors changed = encode(Backend{}, c);
  int64_t clamped = 0;
  for (size_t i = 0; i < 64; ++i) {
    const float expected = std::clamp(2 * plain.lightness[i], -50.0f, 50.0f);
    CHECK(changed.lightness[i] == doctest::Approx(expected));
    clamped += std::abs(expected) == 50;
    CHECK(changed.lightness[64 + i] == std::max(-50.0f, plain.lightness[64 + i] - 90));
    CHECK(changed.lightness[128 + i] == plain.lightness[128 + i]);
  }
  CHECK(clamped > 0);
  CHECK(changed.ab == plain.ab);
  for (size_t i = 0; i < 12; ++i)
    CHECK(plain.rarity[i] == (i >= 8 ? 0 : c.bin_rarity[size_t(plain.encoding.index[5 * i])]));
}
