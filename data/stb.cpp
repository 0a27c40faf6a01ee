// BMP and TGA through stb_image. It fills what a truncated file lacks with zeros; here that is an
// error.
#include <algorithm>
#include <cstring>
#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_BMP
#define STBI_ONLY_TGA
#define STBI_NO_STDIO
#include <stb_image.h>

#include "core/error.h"
#include "data/codec.h"

namespace huegrad::codec {
namespace {

// The bytes as a stream that remembers whether more was asked of it than it holds.
struct Stream {
  std::span<const uint8_t> rest;
  bool overrun = false;
};

// stb_image fills a buffer of this size ahead of need: only then is a short answer no sign of truncation.
constexpr size_t kReadAhead = 128;

int on_read(void* user, char* to, int size) {
  Stream& stream = *static_cast<Stream*>(user);
  const size_t count = std::min(stream.rest.size(), size_t(size));
  if (count == 0 || (count < size_t(size) && size_t(size) != kReadAhead)) stream.overrun = true;
  std::memcpy(to, stream.rest.data(), count);
  stream.rest = stream.rest.subspan(count);
  return int(count);
}

void on_skip(void* user, int count) {
  Stream& stream = *static_cast<Stream*>(user);
  if (count < 0 || size_t(count) > stream.rest.size()) {
    stream.overrun = true;
    stream.rest = {};
    return;
  }
  stream.rest = stream.rest.subspan(size_t(count));
}

int on_end(void* user) { return static_cast<Stream*>(user)->rest.empty(); }

constexpr stbi_io_callbacks kCallbacks = {on_read, on_skip, on_end};

}  // namespace

Image decode_with_stb(std::span<const uint8_t> bytes, const std::string& name) {
  int width = 0, height = 0, channels = 0;
  Stream stream{bytes};
  if (!stbi_info_from_callbacks(&kCallbacks, &stream, &width, &height, &channels))
    throw Error(ErrorKind::input, "not a JPEG, PNG, BMP, TGA, PPM or PGM image", name);
  constexpr int64_t kMostRunLength = 64;  // TGA: a run of 128 pixels in two bytes
  check_size(width, height, int64_t(bytes.size()), kMostRunLength, name);
  stream = {bytes};
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> samples(
      stbi_load_from_callbacks(&kCallbacks, &stream, &width, &height, &channels, 0), stbi_image_free);
  if (!samples || stream.overrun) fail("damaged or truncated BMP or TGA image", name);
  Image image{.width = width, .height = height, .channels = channels, .bit_depth = 8};
  image.samples8.assign(samples.get(), samples.get() + image.sample_count());
  return image;
}

}  // namespace huegrad::codec
