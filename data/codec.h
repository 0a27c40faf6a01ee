// What the readers and writers of image formats share. Inside data/ only; users include data/image.h.
#pragma once
#include <csetjmp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/image.h"

namespace huegrad::codec {

// C libraries report errors by a callback that must not return. Theirs jump here.
struct Trap {
  std::jmp_buf environment;
  char message[256] = {};
};

// Runs the call, in which the library may jump to the trap; false when it did. Nothing with a destructor may
// live inside the call, because a jump skips destructors.
template <class Call>
bool guarded(Trap& trap, Call&& call) {
  if (setjmp(trap.environment)) return false;
  call();
  return true;
}

[[noreturn]] void fail(const std::string& what, const std::string& name);

// Throws for sizes beyond kMaxImagePixels, and for sizes that `bytes` of data cannot hold when one byte
// encodes at most `pixels_per_byte` pixels: a header that lies costs no memory.
void check_size(int64_t width, int64_t height, int64_t bytes, int64_t pixels_per_byte,
                const std::string& name);

Image decode_jpeg(std::span<const uint8_t> bytes, const std::string& name);
Image decode_png(std::span<const uint8_t> bytes, const std::string& name);
Image decode_pnm(std::span<const uint8_t> bytes, const std::string& name);
// BMP, TGA
Image decode_with_stb(std::span<const uint8_t> bytes, const std::string& name);

bool is_png(std::span<const uint8_t> bytes);
bool is_pnm(std::span<const uint8_t> bytes);

// PNG of 8-bit palette indices or of the samples of an image. The palette holds red, green, blue triples.
struct PngContent {
  int64_t width, height, channels;
  int bit_depth;
  const uint8_t* rows;  // 16-bit samples in native byte order
  std::span<const uint8_t> palette = {};
};
std::vector<uint8_t> encode_png(const PngContent& content);

// Orientation 1..8 of an EXIF block ("Exif\0\0" and a TIFF header first); nullopt when it holds none or is
// damaged.
std::optional<int> exif_orientation(std::span<const uint8_t> block);
// The 8-bit image as it should be seen.
Image orient(Image image, int orientation);

}  // namespace huegrad::codec
