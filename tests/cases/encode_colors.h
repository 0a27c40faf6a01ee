// Square pictures to encode, and what comes out of it in host memory.
#pragma once
#include "data/ab_bins.h"
#include "kernels/encode_colors.h"
#include "tests/cases/picture_bytes.h"
#include "tests/cases/soft_encode.h"

namespace huegrad::test {

struct EncodeColorsCase {
  EncodeColorsShape shape;
  PictureBytesCase pictures;  // of the right size already: what unpack_pictures would hand on
  std::vector<float> bin_rarity = random_values<float>(AbBins::zhang313().count(), 9, 0.5, 3);

  EncodeColorsCase(int64_t side, int64_t count, int neighbours)
      : shape{.pictures = count, .side = side, .neighbours = neighbours},
        pictures(picture_bytes_case(
            side, std::vector<std::pair<int32_t, int32_t>>(size_t(count), {int32_t(side), int32_t(side)}))) {}

  const uint8_t* rgb() const { return pictures.bytes.data() + pictures.shape.pixels_offset(); }
  int64_t colors() const { return shape.encoding().colors; }
};

inline std::vector<EncodeColorsCase> encode_colors_cases() { return {{8, 1, 16}, {20, 4, 5}, {44, 3, 10}}; }

struct EncodedColors {
  std::vector<float> lightness, ab, rarity;
  Encoding encoding;

  explicit EncodedColors(const EncodeColorsCase& c)
      : lightness(poisoned<float>(c.pictures.shape.pixels())),
        ab(poisoned<float>(2 * c.colors())),
        rarity(poisoned<float>(c.colors())),
        encoding(c.colors(), c.shape.neighbours) {}

  ColorTargets targets() {
    return {lightness.data(),        ab.data(),    encoding.index.data(), encoding.weight.data(),
            encoding.entropy.data(), rarity.data()};
  }
};

template <class Backend>
EncodedColors encode(Backend backend, const EncodeColorsCase& c) {
  EncodedColors result(c);
  encode_colors(backend, c.shape, AbBins::zhang313().table(), c.bin_rarity.data(), c.pictures.frames(),
                c.rgb(), result.targets());
  return result;
}

// Where the nearest bin is another but just as near, its rarity differs too.
inline double rarity_error(const EncodedColors& actual, const EncodedColors& expected) {
  double worst = 0;
  for (size_t i = 0; i < expected.rarity.size(); ++i) {
    const size_t nearest = i * size_t(expected.encoding.neighbours);
    if (actual.encoding.index[nearest] != expected.encoding.index[nearest]) continue;
    const double error = std::abs(double(actual.rarity[i]) - double(expected.rarity[i]));
    worst = error <= worst ? worst : error;  // NaN too
  }
  return worst;
}

}  // namespace huegrad::test
