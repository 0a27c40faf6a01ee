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

  // Dilation d is d * d interleaved grids without dilation, each cut into tiles of its own.
  int64_t rows() const { return tiles_along(grid_height); }
  int64_t columns() const { return tiles_along(grid_width); }
  int64_t count() const { return batch * dilation * dilation * rows() * columns(); }
  int64_t positions() const { return batch * grid_height * grid_width; }

  // The pixels under a tile, null outside the image: those it reads ...
  void input(int64_t tile, const float* x, const float** pixel) const;
  // ... and those it writes.
  template <class Real>
  void output(int64_t tile, Real* y, Real** pixel) const;

 private:
  struct Corner {
    int64_t image, y, x;  // of the grid
  };
  int64_t tiles_along(int64_t grid) const;
  Corner corner(int64_t tile) const;
};

inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

inline int64_t WinogradTiles::tiles_along(int64_t grid) const {
  return ceil_div(ceil_div(grid, dilation), algorithm->outputs);
}

inline WinogradTiles::Corner WinogradTiles::corner(int64_t tile) const {
  const int64_t row = tile / columns(), phase = row / rows(), step = algorithm->outputs * dilation;
  return {phase / (dilation * dilation), row % rows() * step + phase / dilation % dilation,
          tile % columns() * step + phase % dilation};
}

inline void WinogradTiles::input(int64_t tile, const float* x, const float** pixel) const {
  const Corner at = corner(tile);
  x += at.image * in_height * in_width * in_channels;
  for (int64_t i = 0; i < algorithm->inputs(); ++i)
    for (int64_t j = 0; j < algorithm->inputs(); ++j) {
      const int64_t row = (at.y - padding_y + i * dilation) * in_step + in_first_y;
      const int64_t column = (at.x - padding_x + j * dilation) * in_step + in_first_x;
      const bool inside = row >= 0 && row < in_height && column >= 0 && column < in_width;
      *pixel++ = inside ? x + (row * in_width + column) * in_channels : nullptr;
    }
}

template <class Real>
void WinogradTiles::output(int64_t tile, Real* y, Real** pixel) const {
  const Corner at = corner(tile);
  y += at.image * out_height * out_width * out_channels;
  for (int64_t i = 0; i < algorithm->outputs; ++i)
    for (int64_t j = 0; j < algorithm->outputs; ++j) {
      const int64_t row = at.y + i * dilation, column = at.x + j * dilation;
      const bool inside = row < grid_height && column < grid_width;
      const int64_t place = (row * out_step + first_y) * out_width + column * out_step + first_x;
      *pixel++ = inside ? y + place * out_channels : nullptr;
    }
}

}  // namespace huegrad
