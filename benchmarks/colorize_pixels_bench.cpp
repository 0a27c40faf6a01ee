// From predicted distributions to the finished picture, at the sizes of photographs.
#include "kernels/colorize_pixels.h"

#include "benchmarks/harness.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

ColorizePixelsShape picture(int64_t height, int64_t width) {
  return {{.low_height = 56, .low_width = 56, .high_height = height, .high_width = width}, 3};
}

const auto kPictures = cases_of<ColorizePixelsShape>(
    {"tiny", picture(24, 32)}, {{"375x500", picture(375, 500)}, {"2_megapixels", picture(1080, 1920)}},
    {{"2_megapixels", picture(1080, 1920)},
     {"12_megapixels", picture(3000, 4000)},
     {"24_megapixels", picture(4000, 6000)}});

// Taps as in joint_bilateral_upsample_bench.cpp.
const bool kColorize = in_float("colorize_pixels", kPictures, [](auto on, const ColorizePixelsShape& s) {
  const auto logits = on.floats(s.decoding().rows * s.bins), centers = on.floats(2 * s.bins, -90, 90);
  const auto from = on.levels(s.pixels() * s.channels), to = on.levels(s.pixels() * s.out_channels());
  const double taps = double(s.upsample.taps()), decoded = double(s.decoding().rows * s.bins);
  return Work{
      [=] { colorize_pixels(on.backend(), s, logits.data(), centers.data(), from.data(), to.data()); },
      {.bytes = bytes_of(logits) + bytes_of(from, to), .flops = 10 * taps, .exponentials = taps + decoded}};
});

}  // namespace
