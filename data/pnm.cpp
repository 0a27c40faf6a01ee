// Binary PGM (P5) and PPM (P6), 8 or 16 bits, any maximum value (Netpbm's formats).
#include <algorithm>
#include <cctype>

#include "data/codec.h"

namespace huegrad::codec {
namespace {

// The header's numbers: decimal, separated by white space and comments.
class Header {
 public:
  Header(std::span<const uint8_t> bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  int64_t number() {
    while (at_ < bytes_.size() && (std::isspace(bytes_[at_]) || bytes_[at_] == '#')) {
      if (bytes_[at_] == '#')
        while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
      else
        ++at_;
    }
    int64_t value = -1;
    for (; at_ < bytes_.size() && std::isdigit(bytes_[at_]) && value < INT32_MAX; ++at_)
      value = std::max<int64_t>(value, 0) * 10 + (bytes_[at_] - '0');
    if (value < 0) fail("damaged or truncated PPM or PGM header", name_);
    return value;
  }

  // The samples start after one white-space character.
  std::span<const uint8_t> rest() const { return bytes_.subspan(std::min(at_ + 1, bytes_.size())); }

 private:
  std::span<const uint8_t> bytes_;
  const std::string& name_;
  size_t at_ = 2;
};

}  // namespace

bool is_pnm(std::span<const uint8_t> bytes) {
  return bytes.size() >= 3 && bytes[0] == 'P' && (bytes[1] == '5' || bytes[1] == '6') &&
         (std::isspace(bytes[2]) || bytes[2] == '#');
}

Image decode_pnm(std::span<const uint8_t> bytes, const std::string& name) {
  Header header(bytes, name);
  const int64_t width = header.number(), height = header.number(), most = header.number();
  if (most < 1 || most > 65535) fail("PPM or PGM whose largest value is not in 1..65535", name);
  check_size(width, height, int64_t(bytes.size()), 1, name);
  const int bit_depth = most > 255 ? 16 : 8;
  const int64_t channels = bytes[1] == '6' ? 3 : 1;
  const auto samples = header.rest();
  if (int64_t(samples.size()) < width * height * channels * bit_depth / 8)
    fail("truncated PPM or PGM image", name);
  Image image = Image::make(width, height, channels, bit_depth);
  const int64_t target = bit_depth == 16 ? 65535 : 255;
  for (size_t i = 0; i < size_t(image.sample_count()); ++i) {
    const int64_t stored = bit_depth == 16 ? samples[2 * i] << 8 | samples[2 * i + 1] : samples[i];
    const int64_t value = (std::min(stored, most) * target + most / 2) / most;
    if (bit_depth == 16)
      image.samples16[i] = uint16_t(value);
    else
      image.samples8[i] = uint8_t(value);
  }
  return image;
}

}  // namespace huegrad::codec
