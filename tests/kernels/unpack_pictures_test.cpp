#include "kernels/unpack_pictures.h"

#include <doctest/doctest.h>

#include "tests/cases/picture_bytes.h"
#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

struct Unpacked {
  std::vector<uint8_t> rgb;
  std::vector<int32_t> label;
  std::vector<float> label_weight;
};

template <class Backend>
Unpacked unpack(Backend backend, const PictureBytesCase& c) {
  const PictureBytes& s = c.shape;
  Unpacked result{std::vector<uint8_t>(size_t(3 * s.pixels()), 77),
                  std::vector<int32_t>(size_t(s.grid_size()), -1), poisoned<float>(s.grid_size())};
  unpack_pictures(backend, s, c.bytes.data(), result.rgb.data(), result.label.data(),
                  result.label_weight.data());
  return result;
}

}  // namespace

TEST_CASE("unpack_pictures: the fast kernel equals the definition") {
  for (const PictureBytesCase& c : picture_bytes_cases()) {
    CAPTURE(c.shape.side);
    const Unpacked expected = unpack(Reference{}, c);
    for (int threads : {1, 3}) {
      const Threads choice(threads);
      const Unpacked actual = unpack(Cpu{}, c);
      const LevelDifference difference(actual.rgb, expected.rgb);
      CHECK(difference.largest <= 1);
      CHECK(difference.differing < 0.01);
      CHECK(actual.label == expected.label);
      CHECK(actual.label_weight == expected.label_weight);
    }
  }
}

TEST_CASE_TEMPLATE("unpack_pictures: a picture of the right size stays, a mirrored one is turned", Backend,
                   Reference, Cpu) {
  const PictureBytesCase c = picture_bytes_case(8, {{8, 8}, {8, 8}});
  const Unpacked result = unpack(Backend{}, c);
  const uint8_t* plain = c.bytes.data() + c.frames()[0].pixels;
  const uint8_t* mirrored = c.bytes.data() + c.frames()[1].pixels;
  for (int row = 0; row < 8; ++row)
    for (int column = 0; column < 8; ++column)
      for (int channel = 0; channel < 3; ++channel) {
        const int at = (row * 8 + column) * 3 + channel, turned = (row * 8 + 7 - column) * 3 + channel;
        CHECK(result.rgb[size_t(at)] == plain[at]);
        CHECK(result.rgb[size_t(192 + at)] == mirrored[turned]);
      }
  CHECK(result.label == std::vector<int32_t>{255, 1, 2, 3, 4, 5, 6, 255});
  CHECK(result.label_weight == std::vector<float>{.25f, .25f, .25f, .25f, .5f, .5f, .5f, .5f});
}
