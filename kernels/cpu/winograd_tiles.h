// Where the tiles of a Winograd convolution lie in the images that it reads and writes.
#pragma once
#include <cstdint>

#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"
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

  // Dilation d is d * d interleaved grids without dilation, each cut into tiles of its own. Along an axis
  // these are whole tiles and, where no more outputs than that are left, a smaller one for the rest.
  struct Axis {
    int64_t whole, rest;  // tiles; 0 or 1 of the latter
  };
  Axis rows() const { return cut(grid_height); }
  Axis columns() const { return cut(grid_width); }
  int64_t count() const { return first_of_group(kGroups); }
  int64_t positions() const { return batch * grid_height * grid_width; }

  // Those of all tiles that have an element: smaller ones lack the last.
  struct Range {
    int64_t first, last;
    int64_t size() const { return last - first; }
  };
  Range tiles_with(int64_t element) const;
  // Tiles that the elements are multiplied in, summed over the elements.
  int64_t products() const;

  // The pixels under a tile, null outside the image: those it reads ...
  const TileMaps& input(int64_t tile, const float* x, const float** pixel) const;
  // ... and those it writes. Both return the maps for a tile of its size.
  template <class Real>
  const TileMaps& output(int64_t tile, Real* y, Real** pixel) const;

 private:
  // Tiles are ordered by size, so that those that have an element follow one another: rest of the rows and
  // whole columns; whole rows and columns; whole rows and the rest of the columns; the rest of both.
  static constexpr int64_t kGroups = 4;
  static constexpr bool kRestOfRows[] = {true, false, false, true};
  static constexpr bool kRestOfColumns[] = {false, false, true, true};

  struct Corner {
    int64_t image, y, x;  // of the grid
    bool rest_of_rows, rest_of_columns;
  };
  Axis cut(int64_t grid) const;
  int64_t rows_of_group(int64_t group) const { return kRestOfRows[group] ? rows().rest : rows().whole; }
  int64_t columns_of_group(int64_t group) const {
    return kRestOfColumns[group] ? columns().rest : columns().whole;
  }
  int64_t first_of_group(int64_t group) const;
  Corner corner(int64_t tile) const;
  int64_t outputs(bool rest) const { return rest ? algorithm->rest : algorithm->outputs; }
  int64_t inputs(bool rest) const { return outputs(rest) + algorithm->kernel - 1; }
  const TileMaps& maps(const Corner& at) const {
    return algorithm->maps[at.rest_of_rows][at.rest_of_columns];
  }
};

inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

inline WinogradTiles::Axis WinogradTiles::cut(int64_t grid) const {
  const int64_t length = ceil_div(grid, dilation), left = length % algorithm->outputs;
  const bool rest = left > 0 && left <= algorithm->rest && algorithm->rest < algorithm->outputs;
  return {(length - (rest ? left : 0) + algorithm->outputs - 1) / algorithm->outputs, rest ? 1 : 0};
}

inline int64_t WinogradTiles::first_of_group(int64_t group) const {
  int64_t tiles = 0;
  for (int64_t i = 0; i < group; ++i) tiles += rows_of_group(i) * columns_of_group(i);
  return batch * dilation * dilation * tiles;
}

inline WinogradTiles::Range WinogradTiles::tiles_with(int64_t element) const {
  const bool whole_rows = element / algorithm->inputs() >= inputs(true);
  const bool whole_columns = element % algorithm->inputs() >= inputs(true);
  return {first_of_group(whole_rows ? 1 : 0),
          first_of_group(whole_rows ? (whole_columns ? 2 : 3) : (whole_columns ? 2 : 4))};
}

inline int64_t WinogradTiles::products() const {
  int64_t sum = 0;
  for (int64_t e = 0; e < algorithm->elements(); ++e) sum += tiles_with(e).size();
  return sum;
}

inline WinogradTiles::Corner WinogradTiles::corner(int64_t tile) const {
  int64_t group = 0;
  while (tile >= first_of_group(group + 1)) ++group;
  const int64_t rows_here = rows_of_group(group), columns_here = columns_of_group(group);
  const int64_t place = tile - first_of_group(group), row = place / columns_here, phase = row / rows_here;
  const bool rest_of_rows = kRestOfRows[group], rest_of_columns = kRestOfColumns[group];
  const int64_t first_row = rest_of_rows ? rows().whole : 0,
                first_column = rest_of_columns ? columns().whole : 0;
  const int64_t step = algorithm->outputs * dilation;
  return {phase / (dilation * dilation), (first_row + row % rows_here) * step + phase / dilation % dilation,
          (first_column + place % columns_here) * step + phase % dilation, rest_of_rows, rest_of_columns};
}

inline const TileMaps& WinogradTiles::input(int64_t tile, const float* x, const float** pixel) const {
  const Corner at = corner(tile);
  x += at.image * in_height * in_width * in_channels;
  for (int64_t i = 0; i < inputs(at.rest_of_rows); ++i)
    for (int64_t j = 0; j < inputs(at.rest_of_columns); ++j) {
      const int64_t row = (at.y - padding_y + i * dilation) * in_step + in_first_y;
      const int64_t column = (at.x - padding_x + j * dilation) * in_step + in_first_x;
      const bool inside = row >= 0 && row < in_height && column >= 0 && column < in_width;
      *pixel++ = inside ? x + (row * in_width + column) * in_channels : nullptr;
    }
  return maps(at);
}

template <class Real>
const TileMaps& WinogradTiles::output(int64_t tile, Real* y, Real** pixel) const {
  const Corner at = corner(tile);
  y += at.image * out_height * out_width * out_channels;
  for (int64_t i = 0; i < outputs(at.rest_of_rows); ++i)
    for (int64_t j = 0; j < outputs(at.rest_of_columns); ++j) {
      const int64_t row = at.y + i * dilation, column = at.x + j * dilation;
      const bool inside = row < grid_height && column < grid_width;
      const int64_t place = (row * out_step + first_y) * out_width + column * out_step + first_x;
      *pixel++ = inside ? y + place * out_channels : nullptr;
    }
  return maps(at);
}

}  // namespace huegrad
