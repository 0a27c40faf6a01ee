// One class index per pixel, stored as a PNG whose palette is for people only.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace huegrad {

inline constexpr uint8_t kIgnoreLabel = 255;

struct LabelMap {
  int64_t width = 0, height = 0;
  std::vector<uint8_t> labels = {};  // (height, width)
  bool operator==(const LabelMap&) const = default;
};

// Palette indices, or grey values, of a PNG with up to 8 bits, as stored. Throws Error(input) for a PNG of
// another kind (RGB, alpha, 16 bits) or a damaged one.
LabelMap decode_label_png(std::span<const uint8_t> bytes, const std::string& name);
LabelMap read_label_png(const std::filesystem::path& path);

// A palette PNG in the colours of the PASCAL VOC development kit.
std::vector<uint8_t> encode_label_png(const LabelMap& map);
void write_label_png(const std::filesystem::path& path, const LabelMap& map);

// Colour of a class in the PASCAL VOC palette: bit k of each group of three bits of the index becomes bit 7-k
// of red, green and blue (class 1 is (128, 0, 0), 255 is (224, 224, 192)).
std::array<uint8_t, 3> voc_color(uint8_t label);

}  // namespace huegrad
