// A batch of pictures for the network, ten bins a colour.
#include "kernels/encode_colors.h"

#include <cstring>

#include "benchmarks/bins.h"
#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const bool kEncode =
    in_float("encode_colors", images({{1, 224, 224, 3}}), [](auto on, const Image& image) {
      const EncodeColorsShape s = {.pictures = image.batch, .side = image.height / 4 * 4};
      const int64_t cells = s.encoding().colors, pixels = s.pictures * s.side * s.side;
      std::vector<PictureFrame> unchanged(size_t(s.pictures), {0, 0, 0, 0, 1, 0, 1});
      std::vector<uint8_t> frame_bytes(unchanged.size() * sizeof(PictureFrame));
      std::memcpy(frame_bytes.data(), unchanged.data(), frame_bytes.size());
      const Bins bins(on);
      const auto rgb = on.levels(3 * pixels), frames = on.copy_of(frame_bytes);
      const auto bin_rarity = on.floats(bins.table.bins, 0.5, 5);
      const auto lightness = on.floats(pixels), ab = on.floats(2 * cells),
                 weight = on.floats(cells * s.neighbours), entropy = on.floats(cells),
                 rarity = on.floats(cells);
      const auto index = on.integers(cells * s.neighbours, 1);
      constexpr double kPowers = 4;  // of a pixel's lightness: sRGB's three, CIELAB's one
      return Work{
          [=] {
            encode_colors(
                on.backend(), s, bins.placed(), bin_rarity.data(),
                reinterpret_cast<const PictureFrame*>(frames.data()), rgb.data(),
                {lightness.data(), ab.data(), index.data(), weight.data(), entropy.data(), rarity.data()});
          },
          {.bytes = bytes_of(rgb) + bytes_of(lightness, ab, weight, entropy, rarity) + bytes_of(index),
           .exponentials = kPowers * double(pixels)}};
    });
