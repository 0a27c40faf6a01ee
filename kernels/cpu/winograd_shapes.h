// The convolutions that Winograd's algorithm computes, as tiles.
#pragma once
#include <array>

#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"
#include "kernels/cpu/winograd_tiles.h"

namespace huegrad {

WinogradTiles tiles_of(const Conv2dShape& shape);

// A transposed convolution of kernel 4 and stride 2 is four of kernel 2, one for each phase of its output's
// grid.
inline constexpr int64_t kPhases = 4;
WinogradTiles tiles_of(const ConvTranspose2dShape& shape, int64_t phase);
// The elements of the 4x4 kernel that a phase has, in the order of its 2x2 kernel.
std::array<int64_t, 4> phase_taps(const ConvTranspose2dShape& shape, int64_t phase);
// Of the data gradient, which reads a phase of dy with its kernel backwards: input i gets the sum of elements
// tap - 2 and tap of outputs 2 (i + padding - 1) + first and the one after it.
WinogradTiles gradient_tiles_of(const ConvTranspose2dShape& shape, int64_t phase);

}  // namespace huegrad
