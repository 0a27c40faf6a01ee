#include "kernels/cpu/winograd_shapes.h"

namespace huegrad {
namespace {

// One tile grid over the whole output, stride 1, no padding.
template <class Shape>
WinogradTiles between(const WinogradAlgorithm& algorithm, const Shape& s) {
  return {.algorithm = &algorithm,
          .batch = s.batch,
          .in_height = s.in_height,
          .in_width = s.in_width,
          .in_channels = s.in_channels,
          .out_channels = s.out_channels,
          .padding_y = 0,
          .padding_x = 0,
          .dilation = 1,
          .grid_height = s.out_height(),
          .grid_width = s.out_width(),
          .out_height = s.out_height(),
          .out_width = s.out_width()};
}

// Along one axis of a phase: outputs 2 i + first get kernel element `tap` of input i - padding and element
// tap - 2 of the input after it.
struct PhaseAxis {
  int64_t first, tap, padding;
};

PhaseAxis phase_axis(const ConvTranspose2dShape& s, int64_t first) {
  const int64_t low = (first + s.padding) % 2;
  return {first, low + 2, 1 - (first + s.padding - low) / 2};
}

}  // namespace

WinogradTiles tiles_of(const Conv2dShape& s) {
  WinogradTiles tiles = between(winograd4x3(), s);
  tiles.padding_y = tiles.padding_x = s.padding;
  tiles.dilation = s.dilation;
  return tiles;
}

WinogradTiles tiles_of(const ConvTranspose2dShape& s, int64_t phase) {
  const PhaseAxis y = phase_axis(s, phase / 2), x = phase_axis(s, phase % 2);
  WinogradTiles tiles = between(winograd4x2(), s);
  tiles.padding_y = y.padding;
  tiles.padding_x = x.padding;
  tiles.grid_height = (s.out_height() - y.first + 1) / 2;
  tiles.grid_width = (s.out_width() - x.first + 1) / 2;
  tiles.out_step = 2;
  tiles.first_y = y.first;
  tiles.first_x = x.first;
  return tiles;
}

WinogradTiles gradient_tiles_of(const ConvTranspose2dShape& s, int64_t phase) {
  const PhaseAxis y = phase_axis(s, phase / 2), x = phase_axis(s, phase % 2);
  WinogradTiles tiles = between(winograd4x2(), s.adjoint());
  tiles.padding_y = 1 - y.padding;
  tiles.padding_x = 1 - x.padding;
  tiles.in_step = 2;
  tiles.in_first_y = y.first;
  tiles.in_first_x = x.first;
  return tiles;
}

std::array<int64_t, 4> phase_taps(const ConvTranspose2dShape& s, int64_t phase) {
  const int64_t row = phase_axis(s, phase / 2).tap, column = phase_axis(s, phase % 2).tap;
  return {row * 4 + column, row * 4 + column - 2, (row - 2) * 4 + column, (row - 2) * 4 + column - 2};
}

}  // namespace huegrad
