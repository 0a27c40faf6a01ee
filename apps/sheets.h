// Pictures beside pictures, for people who want to compare.
#pragma once
#include <map>
#include <vector>

#include "data/image.h"

namespace huegrad {

// The picture without its colours: 8-bit RGB.
Image without_colors(const Image& picture);

// Whether any pixel is visibly coloured (JPEG leaves grey pictures a level or two off).
bool has_colors(const Image& picture);

// 8-bit RGB pictures of one height in a row, `gap` white columns between them.
Image side_by_side(const std::vector<Image>& pictures, int64_t gap = 8);

// grey | coloured, and | original if that had colours; original and colored of one size.
Image comparison(const Image& original, const Image& colored);

// Rows of small pictures, one row per photograph.
class ContactSheet {
 public:
  static constexpr int64_t kCellWidth = 256, kCellHeight = 192, kGap = 8;

  // Rows are ordered by `position`. Not for several threads at once.
  void add(size_t position, const Image& original, const Image& colored);
  bool empty() const { return rows_.empty(); }
  Image draw() const;

 private:
  std::map<size_t, std::vector<Image>> rows_;  // cells fitted into kCellWidth x kCellHeight
};

}  // namespace huegrad
