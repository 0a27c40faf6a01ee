// Winograd convolutions with kernels at hand: tiles are transformed, multiplied (one matrix product for each
// element of a tile) and transformed back. Results do not depend on the number of threads.
#pragma once
#include <span>

#include "kernels/cpu/winograd_kernels.h"
#include "kernels/cpu/winograd_tiles.h"

namespace huegrad {

// y = epilogue(the sum of convolutions that differ in what they read): the kernels' input channels are one
// below the other. Of packed kernels a panel of output channels is transformed, a column of elements at a
// time, into memory that stays in L2 while it is used.
void convolve(std::span<const WinogradTiles> parts, const float* x, const TransformedKernels& kernels,
              const Conv2dEpilogue<float>& epilogue, float* y);
void convolve(std::span<const WinogradTiles> parts, const float* x, const PackedKernels& kernels,
              const Conv2dEpilogue<float>& epilogue, float* y);

template <class Kernels>
void convolve(const WinogradTiles& tiles, const float* x, const Kernels& kernels,
              const Conv2dEpilogue<float>& epilogue, float* y) {
  convolve(std::span(&tiles, 1), x, kernels, epilogue, y);
}

}  // namespace huegrad
