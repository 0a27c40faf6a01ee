// The one EXIF field that changes what is seen: orientation (tag 0x0112 of the first directory).
#include <cstring>

#include "data/codec.h"

namespace huegrad::codec {
namespace {

// Reads of a TIFF block; outside of it everything is 0.
struct Tiff {
  std::span<const uint8_t> bytes;
  bool big_endian;

  uint32_t read(size_t at, int count) const {
    if (at > bytes.size() || bytes.size() - at < size_t(count)) return 0;
    uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | bytes[at + (big_endian ? i : count - 1 - i)];
    return value;
  }
};

}  // namespace

std::optional<int> exif_orientation(std::span<const uint8_t> block) {
  constexpr size_t kSignature = 6, kEntry = 12;
  if (block.size() < kSignature + 8 || std::memcmp(block.data(), "Exif\0\0", kSignature) != 0) return {};
  const Tiff tiff{block.subspan(kSignature), block[kSignature] == 'M'};
  if (tiff.read(2, 2) != 42) return {};
  const size_t directory = tiff.read(4, 4), entries = tiff.read(directory, 2);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * kEntry;
    if (tiff.read(entry, 2) != 0x0112) continue;
    const uint32_t orientation = tiff.read(entry + 8, 2);
    if (orientation >= 1 && orientation <= 8) return int(orientation);
    return {};
  }
  return {};
}

Image orient(Image image, int orientation) {
  if (orientation == 1) return image;
  const bool transposed = orientation >= 5;
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  // Walks the stored image in the order of the upright one: x is a step along a stored row or column.
  const int64_t w = image.width, h = image.height, c = image.channels;
  Image upright = Image::make(transposed ? h : w, transposed ? w : h, c);
  uint8_t* to = upright.samples8.data();
  for (int64_t y = 0; y < upright.height; ++y)
    for (int64_t x = 0; x < upright.width; ++x) {
      int64_t from_x = transposed ? y : x, from_y = transposed ? x : y;
      if (flip_x) from_x = w - 1 - from_x;
      if (flip_y) from_y = h - 1 - from_y;
      const uint8_t* from = image.samples8.data() + (from_y * w + from_x) * c;
      for (int64_t i = 0; i < c; ++i) *to++ = from[i];
    }
  return upright;
}

}  // namespace huegrad::codec
