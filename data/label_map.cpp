#include "data/label_map.h"

#include "core/files.h"
#include "data/codec.h"

namespace huegrad {

LabelMap read_label_png(const std::filesystem::path& path) {
  return decode_label_png(read_file(path), path.string());
}

std::vector<uint8_t> encode_label_png(const LabelMap& map) {
  std::vector<uint8_t> palette;
  for (int label = 0; label < 256; ++label)
    for (const uint8_t sample : voc_color(uint8_t(label))) palette.push_back(sample);
  return codec::encode_png({.width = map.width,
                            .height = map.height,
                            .channels = 1,
                            .bit_depth = 8,
                            .rows = map.labels.data(),
                            .palette = palette});
}

void write_label_png(const std::filesystem::path& path, const LabelMap& map) {
  const std::vector<uint8_t> bytes = encode_label_png(map);
  write_file(path, std::as_bytes(std::span(bytes)));
}

std::array<uint8_t, 3> voc_color(uint8_t label) {
  std::array<uint8_t, 3> rgb = {};
  for (int bit = 0; bit < 8; ++bit) rgb[bit % 3] |= uint8_t((label >> bit & 1) << (7 - bit / 3));
  return rgb;
}

}  // namespace huegrad
