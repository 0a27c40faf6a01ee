// Convolutions by Winograd's minimal filtering: 3x3 kernels with stride 1 by F(4x4, 3x3), where images end
// also by F(2, 3); transposed convolutions of kernel 4 and stride 2 as four phases by F(4x4, 2x2).
#pragma once
#include <functional>

#include "kernels/cpu/packed_panels.h"
#include "kernels/cpu/winograd_kernels.h"

namespace huegrad {

// Whether the algorithm can compute this shape, and was not excluded (kernels/conv2d.h).
bool winograd_applies(const Conv2dShape& shape);
bool winograd_applies(const ConvTranspose2dShape& shape);
// Whether it pays as well, when kernels are transformed for one use.
bool winograd_suits(const Conv2dShape& shape);
bool winograd_suits(const ConvTranspose2dShape& shape);

void winograd_forward(const Conv2dShape& shape, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y);
void winograd_forward(const ConvTranspose2dShape& shape, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y);
void winograd_backward_data(const Conv2dShape& shape, const float* w, const float* dy,
                            const Conv2dEpilogue<float>& epilogue, float* dx);
void winograd_backward_data(const ConvTranspose2dShape& shape, const float* w, const float* dy, float* dx);
void winograd_backward_weight(const Conv2dShape& shape, const float* x, const float* dy, float* dw);
void winograd_backward_weight(const ConvTranspose2dShape& shape, const float* x, const float* dy, float* dw);

// Kernels that do not change, packed: transformed in advance, which takes four times the memory of 3x3
// weights (three times that of digits); or, if lean, as they are, to be transformed panel by panel at every
// use. Those of a transposed convolution are lean where products are computed on vectors: transformed, they
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
