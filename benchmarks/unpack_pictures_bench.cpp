// A batch of random crops of photographs for the network.
#include "kernels/unpack_pictures.h"

#include <cstring>

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

std::vector<uint8_t> batch_of(const PictureBytes& s) {
  const auto extent = int32_t(s.longest);
  const int64_t picture = s.longest * s.longest * 3;
  std::vector<uint8_t> bytes(size_t(s.pixels_offset() + s.pictures * picture));
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t(i * 7919 % 256);
  for (int64_t n = 0; n < s.pictures; ++n) {
    const PictureFrame frame = {s.pixels_offset() + n * picture, extent, extent, int32_t(n % 2), 1, 0, 1};
    std::memcpy(bytes.data() + n * int64_t(sizeof(frame)), &frame, sizeof(frame));
  }
  return bytes;
}

// Images are the results; crops are half as long again.
const bool kUnpack = in_float("unpack_pictures", images({{1, 224, 224, 3}}), [](auto on, const Image& image) {
  const PictureBytes s = {
      .pictures = image.batch, .side = image.height / 4 * 4, .longest = image.height * 3 / 2};
  const auto bytes = on.copy_of(batch_of(s)), rgb = on.levels(3 * s.pixels());
  const auto label = on.integers(s.grid_size(), 1);
  const auto label_weight = on.floats(s.grid_size());
  return Work{
      [=] { unpack_pictures(on.backend(), s, bytes.data(), rgb.data(), label.data(), label_weight.data()); },
      {.bytes = bytes_of(bytes, rgb) + bytes_of(label) + bytes_of(label_weight)}};
});

}  // namespace
