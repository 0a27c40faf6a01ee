// A photograph in memory, read from and written to the formats people have.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace huegrad {

// Interleaved samples in rows from the top: sample c of pixel (y, x) is number (y * width + x) * channels +
// c. Exactly one of the two arrays is used, by bit_depth. Samples are sRGB-encoded; alpha is not
// premultiplied.
struct Image {
  int64_t width = 0, height = 0;
  int64_t channels = 0;                  // 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA
  int bit_depth = 8;                     // 8 or 16
  std::vector<uint8_t> samples8 = {};    // (height, width, channels) when bit_depth is 8
  std::vector<uint16_t> samples16 = {};  // the same when bit_depth is 16, native byte order

  // A black image (alpha included) of the given size.
  static Image make(int64_t width, int64_t height, int64_t channels, int bit_depth = 8);

  int64_t pixels() const { return width * height; }
  int64_t sample_count() const { return pixels() * channels; }
  bool has_alpha() const { return channels == 2 || channels == 4; }
  int64_t color_channels() const { return has_alpha() ? channels - 1 : channels; }
  double max_value() const { return bit_depth == 16 ? 65535 : 255; }
  bool operator==(const Image&) const = default;
};

// Larger images are refused, before memory is taken for them.
inline constexpr int64_t kMaxImagePixels = int64_t(512) << 20;
inline constexpr int64_t kMaxImageSide = int64_t(1) << 20;

// Reads JPEG (grey or colour; its EXIF orientation is applied), PNG (1 to 16 bits, palettes expanded, alpha
// kept), BMP, TGA, PPM and PGM (8 or 16 bits); the format is recognised by content. `name` is what errors
// call the image. Throws Error(input) when the bytes are no such image, are truncated or damaged, hold CMYK
// colours, or claim more than kMaxImagePixels or kMaxImageSide.
Image decode_image(std::span<const uint8_t> bytes, const std::string& name);
Image read_image(const std::filesystem::path& path);

std::vector<uint8_t> encode_png(const Image& image);
// JPEG holds neither alpha nor 16 bits: alpha is dropped, 16-bit samples are rounded to 8.
std::vector<uint8_t> encode_jpeg(const Image& image, int quality = 95);

// Writes PNG or JPEG by the extension (.png, .jpg, .jpeg), atomically. Throws Error(usage) for another
// extension.
void write_image(const std::filesystem::path& path, const Image& image);

// The same photograph as 8-bit RGB: alpha dropped, grey replicated, 16 bits rounded to 8.
Image to_rgb8(Image image);

}  // namespace huegrad
