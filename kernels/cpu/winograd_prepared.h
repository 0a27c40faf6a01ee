// Winograd convolutions whose kernels do not change.
#pragma once
#include <functional>

#include "kernels/cpu/packed_panels.h"
#include "kernels/cpu/winograd_kernels.h"
#include "kernels/cpu/winograd_tiles.h"

namespace huegrad {

// Kernels, packed: transformed in advance, which takes four times the memory of 3x3 weights (three times that
// of digits); or, if lean, as they are, to be transformed at every use, panel by panel unless there are many
// tiles. Those of a transposed convolution are lean where products are computed on vectors: transformed, they
// would take six times their memory, and reading that takes longer than transforming.
class WinogradKernels {
 public:
  WinogradKernels(const Conv2dShape& shape, const float* w, bool lean);
  WinogradKernels(const ConvTranspose2dShape& shape, const float* w, bool lean);

  int64_t bytes() const { return memory_.bytes(); }
  // With the kernels of a phase, of a transposed convolution.
  void convolve(const WinogradTiles& tiles, int64_t phase, const float* x,
                const Conv2dEpilogue<float>& epilogue, float* y) const;

 private:
  WinogradKernels(const KernelMatrices& kernels, bool lean, int64_t phases);
  int64_t size() const;  // floats of a phase
  void store(int64_t phase, const std::function<void(float* packed)>& pack);

  KernelMatrices kernels_;
  bool lean_;
  PackedMatrix memory_;
};

void winograd_forward(const Conv2dShape& shape, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y);
void winograd_forward(const ConvTranspose2dShape& shape, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y);

}  // namespace huegrad
