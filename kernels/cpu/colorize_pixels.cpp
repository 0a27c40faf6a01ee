#include "kernels/colorize_pixels.h"

#include <algorithm>
#include <array>
#include <vector>

#include "kernels/color.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

// Pixels converted at a time: their colours stay in the cache, and no plane of the whole picture is made.
constexpr int64_t kPiece = 1024;

// The colours at the picture's resolution.
std::vector<float> upsampled(Cpu backend, const ColorizePixelsShape& s, const float* ab,
                             const std::vector<float>& lightness) {
  std::vector<float> colors(2 * lightness.size());
  if (s.joint_bilateral) {
    std::vector<float> guide(lightness.size());
    grey_levels(backend, s.pixels(), lightness.data(), guide.data());
    joint_bilateral_upsample_forward(backend, s.upsample, ab, guide.data(), colors.data());
  } else {
    upsample_forward(backend, s.upsample.bilinear(), ab, colors.data());
  }
  return colors;
}

}  // namespace

template <class Sample>
void colorize_pixels(Cpu backend, const ColorizePixelsShape& s, const float* ab, const Sample* picture,
                     Sample* out) {
  std::vector<float> lightness(std::size_t(s.pixels()));
  picture_lightness(backend, s.pixels(), s.channels, picture, 0, lightness.data());
  const std::vector<float> colors = upsampled(backend, s, ab, lightness);
  parallel_for(0, s.pixels(), kPiece, [&](int64_t begin, int64_t end) {
    std::array<float, 3 * kPiece> piece;  // L, a, b, then red, green, blue
    for (int64_t first = begin; first < end; first += kPiece) {
      const int64_t count = std::min(kPiece, end - first);
      for (int64_t i = 0; i < count; ++i) {
        const float* color = colors.data() + 2 * (first + i);
        std::copy_n(std::array{lightness[std::size_t(first + i)], color[0], color[1]}.data(), 3,
                    piece.data() + 3 * i);
      }
      lab_to_srgb(backend, count, piece.data(), piece.data());
      for (int64_t i = 0; i < count; ++i) {
        const float* rgb = piece.data() + 3 * i;
        store_rgb({{rgb[0], rgb[1], rgb[2]}}, picture + (first + i) * s.channels, s.channels,
                  out + (first + i) * s.out_channels());
      }
    }
  });
}

template <class Sample>
void colorize_pixels(Cpu backend, const ColorizePixelsShape& s, const float* logits, const float* centers,
                     const Sample* picture, Sample* out) {
  std::vector<float> ab(std::size_t(s.upsample.input_size()));
  annealed_mean_forward(backend, s.decoding(), logits, centers, ab.data());
  colorize_pixels(backend, s, ab.data(), picture, out);
}

template void colorize_pixels(Cpu, const ColorizePixelsShape&, const float*, const float*, const uint8_t*,
                              uint8_t*);
template void colorize_pixels(Cpu, const ColorizePixelsShape&, const float*, const float*, const uint16_t*,
                              uint16_t*);
template void colorize_pixels(Cpu, const ColorizePixelsShape&, const float*, const uint8_t*, uint8_t*);
template void colorize_pixels(Cpu, const ColorizePixelsShape&, const float*, const uint16_t*, uint16_t*);

}  // namespace huegrad
