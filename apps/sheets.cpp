#include "apps/sheets.h"

#include <algorithm>
#include <cmath>

#include "data/color.h"
#include "data/resize.h"

namespace huegrad {
namespace {

Image white(int64_t width, int64_t height) {
  Image image = Image::make(width, height, 3);
  std::fill(image.samples8.begin(), image.samples8.end(), uint8_t(255));
  return image;
}

void paste(const Image& picture, int64_t left, int64_t top, Image& sheet) {
  for (int64_t y = 0; y < picture.height; ++y)
    std::copy_n(picture.samples8.begin() + y * picture.width * 3, picture.width * 3,
                sheet.samples8.begin() + ((top + y) * sheet.width + left) * 3);
}

Image fitted(const Image& picture) {
  const double scale = std::min(double(ContactSheet::kCellWidth) / double(picture.width),
                                double(ContactSheet::kCellHeight) / double(picture.height));
  const auto extent = [&](int64_t n) { return std::max<int64_t>(1, std::llround(double(n) * scale)); };
  return resize(picture, extent(picture.width), extent(picture.height));
}

}  // namespace

Image without_colors(const Image& picture) {
  const std::vector<float> levels = grey_levels(lightness(picture));
  Image grey = Image::make(picture.width, picture.height, 3);
  for (size_t i = 0; i < grey.samples8.size(); ++i) grey.samples8[i] = uint8_t(std::lround(levels[i / 3]));
  return grey;
}

bool has_colors(const Image& picture) {
  constexpr int kVisible = 8;
  const Image rgb = to_rgb8(picture);
  for (size_t i = 0; i < rgb.samples8.size(); i += 3) {
    const auto [low, high] = std::minmax({rgb.samples8[i], rgb.samples8[i + 1], rgb.samples8[i + 2]});
    if (high - low > kVisible) return true;
  }
  return false;
}

Image side_by_side(const std::vector<Image>& pictures, int64_t gap) {
  int64_t width = -gap, height = 0;
  for (const Image& picture : pictures) {
    width += picture.width + gap;
    height = std::max(height, picture.height);
  }
  Image sheet = white(width, height);
  int64_t left = 0;
  for (const Image& picture : pictures) {
    paste(picture, left, 0, sheet);
    left += picture.width + gap;
  }
  return sheet;
}

Image comparison(const Image& original, const Image& colored) {
  std::vector<Image> pictures = {without_colors(original), to_rgb8(colored)};
  if (has_colors(original)) pictures.push_back(to_rgb8(original));
  return side_by_side(pictures);
}

void ContactSheet::add(size_t position, const Image& original, const Image& colored) {
  const Image small = fitted(to_rgb8(original));
  std::vector<Image> cells = {without_colors(small), fitted(to_rgb8(colored))};
  if (has_colors(original)) cells.push_back(small);
  rows_[position] = std::move(cells);
}

Image ContactSheet::draw() const {
  size_t columns = 1;
  for (const auto& [position, cells] : rows_) columns = std::max(columns, cells.size());
  Image sheet = white(kGap + int64_t(columns) * (kCellWidth + kGap),
                      kGap + int64_t(rows_.size()) * (kCellHeight + kGap));
  int64_t top = kGap;
  for (const auto& [position, cells] : rows_) {
    int64_t left = kGap;
    for (const Image& cell : cells) {
      paste(cell, left + (kCellWidth - cell.width) / 2, top + (kCellHeight - cell.height) / 2, sheet);
      left += kCellWidth + kGap;
    }
    top += kCellHeight + kGap;
  }
  return sheet;
}

}  // namespace huegrad
