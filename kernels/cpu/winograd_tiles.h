// Where the tiles of a Winograd convolution lie in the images that it reads and writes.
#pragma once
#include <algorithm>
#include <cstdint>

#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"
#include "kernels/cpu/ceil_div.h"
#include "kernels/cpu/winograd_transforms.h"

namespace huegrad {

// A correlation of stride 1 with a kernel x kernel filter: position (i, j) of the grid over an image reads
// pixels (i - padding_y + r * dilation, j - padding_x + s * dilation), zero outside, and becomes output pixel
// (i * out_step + first_y, j * out_step + first_x). Those of a transposed convolution's data gradient read
// every in_step-th pixel: "pixel (y, x)" is then (y * in_step + in_first_y, x * in_step + in_first_x).
struct WinogradTiles {
  const WinogradAlgorithm* algorithm;
  int64_t batch, in_height, in_width, in_channels, out_channels;
  int64_t padding_y, padding_x, dilation;
  int64_t grid_height, grid_width;
  int64_t out_height, out_width;
  int64_t out_step = 1, first_y = 0, first_x = 0;
  int64_t in_step = 1, in_first_y = 0, in_first_x = 0;

  int64_t positions() const { return batch * grid_height * grid_width; }
};

// Its tiles, numbered. Dilation d is d * d interleaved grids without dilation, each cut into tiles of its
// own. Along an axis these are whole tiles and, where no more outputs than that are left, a smaller one for
// the rest. They are ordered by size, so that those that have an element follow one another.
class TileOrder {
 public:
  explicit TileOrder(const WinogradTiles& tiles);

  int64_t count() const { return groups_[kGroups].first_tile; }
  struct Range {
    int64_t first, last;
    int64_t size() const { return last - first; }
  };
  // Those of `block` that have an element, counted from its first tile: smaller ones lack the last elements.
  Range with(int64_t element, const Range& block) const;
  // Tiles that the elements are multiplied in, summed over the elements.
  int64_t products() const;

  // The pixels under a tile, null outside the image: those it reads ...
  const TileMaps& input(int64_t tile, const float* x, const float** pixel) const;
  // ... and those it writes. Both return the maps for a tile of its size.
  template <class Real>
  const TileMaps& output(int64_t tile, Real* y, Real** pixel) const;

 private:
  // Along an axis: whole tiles, and 0 or 1 for the rest.
  struct Axis {
    int64_t whole, rest;
  };
  Axis cut(int64_t grid) const;
  // Tiles of one size: the rest of the rows and whole columns; whole rows and columns; whole rows and the
  // rest of the columns; the rest of both.
  struct Group {
    int64_t first_tile, first_row, rows, first_column, columns;
    bool rest_of_rows, rest_of_columns;
  };
  static constexpr int64_t kGroups = 4;

  struct Corner {
    int64_t image, y, x;  // of the grid
    const Group& group;
  };
  Corner corner(int64_t tile) const;
  int64_t outputs(bool rest) const { return rest ? algorithm().rest : algorithm().outputs; }
  int64_t inputs(bool rest) const { return outputs(rest) + algorithm().kernel - 1; }
  const TileMaps& maps(const Group& group) const {
    return algorithm().maps[group.rest_of_rows][group.rest_of_columns];
  }
  const WinogradAlgorithm& algorithm() const { return *tiles_.algorithm; }

  const WinogradTiles& tiles_;
  Group groups_[kGroups + 1] = {};  // the last one begins where the tiles end
};

inline TileOrder::Axis TileOrder::cut(int64_t grid) const {
  const int64_t length = ceil_div(grid, tiles_.dilation), left = length % algorithm().outputs;
  const bool rest = left > 0 && left <= algorithm().rest && algorithm().rest < algorithm().outputs;
  return {ceil_div(length - (rest ? left : 0), algorithm().outputs), rest ? 1 : 0};
}

inline TileOrder::TileOrder(const WinogradTiles& tiles) : tiles_(tiles) {
  constexpr bool kRestOfRows[] = {true, false, false, true}, kRestOfColumns[] = {false, false, true, true};
  const Axis rows = cut(tiles.grid_height), columns = cut(tiles.grid_width);
  const int64_t grids = tiles.batch * tiles.dilation * tiles.dilation;
  for (int64_t i = 0; i < kGroups; ++i) {
    Group& group = groups_[i];
    group.rest_of_rows = kRestOfRows[i];
    group.rest_of_columns = kRestOfColumns[i];
    group.first_row = group.rest_of_rows ? rows.whole : 0;
    group.rows = group.rest_of_rows ? rows.rest : rows.whole;
    group.first_column = group.rest_of_columns ? columns.whole : 0;
    group.columns = group.rest_of_columns ? columns.rest : columns.whole;
    groups_[i + 1].first_tile = group.first_tile + grids * group.rows * group.columns;
  }
}

inline TileOrder::Range TileOrder::with(int64_t element, const Range& block) const {
  const bool whole_rows = element / algorithm().inputs() >= inputs(true);
  const bool whole_columns = element % algorithm().inputs() >= inputs(true);
  const int64_t first = whole_rows ? 1 : 0, last = whole_columns ? 2 : whole_rows ? 3 : kGroups;
  const auto within = [&](int64_t group) {
    return std::clamp(groups_[group].first_tile, block.first, block.last) - block.first;
  };
  return {within(first), within(last)};
}

inline int64_t TileOrder::products() const {
  int64_t sum = 0;
  for (int64_t e = 0; e < algorithm().elements(); ++e) sum += with(e, {0, count()}).size();
  return sum;
}

inline TileOrder::Corner TileOrder::corner(int64_t tile) const {
  const Group* group = groups_;
  while (tile >= group[1].first_tile) ++group;
  const int64_t dilation = tiles_.dilation, step = algorithm().outputs * dilation;
  const int64_t place = tile - group->first_tile, row = place / group->columns, phase = row / group->rows;
  return {phase / (dilation * dilation),
          (group->first_row + row % group->rows) * step + phase / dilation % dilation,
          (group->first_column + place % group->columns) * step + phase % dilation, *group};
}

inline const TileMaps& TileOrder::input(int64_t tile, const float* x, const float** pixel) const {
  const WinogradTiles& t = tiles_;
  const Corner at = corner(tile);
  x += at.image * t.in_height * t.in_width * t.in_channels;
  for (int64_t i = 0; i < inputs(at.group.rest_of_rows); ++i)
    for (int64_t j = 0; j < inputs(at.group.rest_of_columns); ++j) {
      const int64_t row = (at.y - t.padding_y + i * t.dilation) * t.in_step + t.in_first_y;
      const int64_t column = (at.x - t.padding_x + j * t.dilation) * t.in_step + t.in_first_x;
      const bool inside = row >= 0 && row < t.in_height && column >= 0 && column < t.in_width;
      *pixel++ = inside ? x + (row * t.in_width + column) * t.in_channels : nullptr;
    }
  return maps(at.group);
}

template <class Real>
const TileMaps& TileOrder::output(int64_t tile, Real* y, Real** pixel) const {
  const WinogradTiles& t = tiles_;
  const Corner at = corner(tile);
  y += at.image * t.out_height * t.out_width * t.out_channels;
  for (int64_t i = 0; i < outputs(at.group.rest_of_rows); ++i)
    for (int64_t j = 0; j < outputs(at.group.rest_of_columns); ++j) {
      const int64_t row = at.y + i * t.dilation, column = at.x + j * t.dilation;
      const bool inside = row < t.grid_height && column < t.grid_width;
      const int64_t place = (row * t.out_step + t.first_y) * t.out_width + column * t.out_step + t.first_x;
      *pixel++ = inside ? y + place * t.out_channels : nullptr;
    }
  return maps(at.group);
}

}  // namespace huegrad
