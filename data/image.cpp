#include "data/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "core/error.h"
#include "core/files.h"
#include "data/codec.h"

namespace huegrad {
namespace {

bool starts_with(std::span<const uint8_t> bytes, std::string_view signature, size_t at = 0) {
  return bytes.size() >= at + signature.size() &&
         std::equal(signature.begin(), signature.end(), bytes.begin() + at,
                    [](char a, uint8_t b) { return uint8_t(a) == b; });
}

// Formats people have that are not read, to say so by name.
const char* foreign_format(std::span<const uint8_t> bytes) {
  if (starts_with(bytes, "GIF8")) return "GIF";
  if (starts_with(bytes, "RIFF") && starts_with(bytes, "WEBP", 8)) return "WebP";
  if (starts_with(bytes, "II*\0") || starts_with(bytes, {"MM\0*", 4})) return "TIFF";
  if (starts_with(bytes, "ftyphei", 4) || starts_with(bytes, "ftypmif", 4)) return "HEIC";
  if (starts_with(bytes, "ftypavif", 4)) return "AVIF";
  if (starts_with(bytes, "%PDF")) return "PDF";
  return nullptr;
}

std::string lower_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return extension;
}

}  // namespace

namespace codec {

void fail(const std::string& what, const std::string& name) { throw Error(ErrorKind::input, what, name); }

void check_size(int64_t width, int64_t height, int64_t bytes, int64_t pixels_per_byte,
                const std::string& name) {
  if (width <= 0 || height <= 0) fail(fmt::format("image of {}x{} pixels", width, height), name);
  if (width > kMaxImageSide || height > kMaxImageSide)
    fail(fmt::format("image of {}x{} pixels has a side of more than {}", width, height, kMaxImageSide), name);
  if (width > kMaxImagePixels / height)
    throw Error(ErrorKind::input,
                fmt::format("image of {}x{} pixels is larger than the limit of {} megapixels", width, height,
                            kMaxImagePixels >> 20),
                name, "Scale it down first");
  constexpr int64_t kHeaderPixels = 65536;  // too small to be worth a lie
  if (width * height > kHeaderPixels && width * height / pixels_per_byte > bytes)
    fail(fmt::format("file of {} bytes is too short for {}x{} pixels", bytes, width, height), name);
}

}  // namespace codec

Image Image::make(int64_t width, int64_t height, int64_t channels, int bit_depth) {
  Image image{.width = width, .height = height, .channels = channels, .bit_depth = bit_depth};
  if (bit_depth == 16)
    image.samples16.resize(size_t(image.sample_count()));
  else
    image.samples8.resize(size_t(image.sample_count()));
  return image;
}

Image decode_image(std::span<const uint8_t> bytes, const std::string& name) {
  if (bytes.empty()) codec::fail("file is empty", name);
  if (starts_with(bytes, "\xFF\xD8\xFF")) return codec::decode_jpeg(bytes, name);
  if (codec::is_png(bytes)) return codec::decode_png(bytes, name);
  if (codec::is_pnm(bytes)) return codec::decode_pnm(bytes, name);
  if (const char* format = foreign_format(bytes))
    throw Error(ErrorKind::input, fmt::format("{} images are not read", format), name,
                "Convert it to PNG or JPEG first");
  return codec::decode_with_stb(bytes, name);
}

Image read_image(const std::filesystem::path& path) { return decode_image(read_file(path), path.string()); }

std::vector<uint8_t> encode_png(const Image& image) {
  const auto* wide = reinterpret_cast<const uint8_t*>(image.samples16.data());
  return codec::encode_png({.width = image.width,
                            .height = image.height,
                            .channels = image.channels,
                            .bit_depth = image.bit_depth,
                            .rows = image.bit_depth == 16 ? wide : image.samples8.data()});
}

void write_image(const std::filesystem::path& path, const Image& image) {
  const std::string extension = lower_extension(path);
  const bool png = extension == ".png", jpeg = extension == ".jpg" || extension == ".jpeg";
  if (!png && !jpeg)
    throw Error(ErrorKind::usage, "images are written as .png, .jpg or .jpeg", path.string());
  const std::vector<uint8_t> bytes = png ? encode_png(image) : encode_jpeg(image);
  write_file(path, std::as_bytes(std::span(bytes)));
}

Image to_rgb8(Image image) {
  if (image.channels == 3 && image.bit_depth == 8) return image;
  Image rgb = Image::make(image.width, image.height, 3);
  const bool grey = image.color_channels() == 1;
  for (int64_t i = 0; i < image.pixels(); ++i)
    for (int64_t c = 0; c < 3; ++c) {
      const size_t from = size_t(i * image.channels + (grey ? 0 : c));
      rgb.samples8[size_t(3 * i + c)] =
          image.bit_depth == 16 ? uint8_t((image.samples16[from] + 128) / 257) : image.samples8[from];
    }
  return rgb;
}

}  // namespace huegrad
