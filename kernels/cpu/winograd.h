// 3x3 convolutions with stride 1 by Winograd's minimal filtering F(4x4, 3x3) (Lavin & Gray, "Fast algorithms
// for convolutional neural networks", 2016): 36 multiplications make 4x4 outputs that cost 144 directly.
// Dilation d is d*d interleaved images without dilation.
#pragma once
#include "kernels/conv2d.h"
#include "kernels/cpu/packed_panels.h"

namespace huegrad {

bool winograd_applies(const Conv2dShape& shape);
// Whether it pays as well, when kernels are transformed for one use.
bool winograd_suits(const Conv2dShape& shape);

// Kernels that do not change, transformed and packed: four times the memory of the weights.
class WinogradKernels {
 public:
  WinogradKernels(const Conv2dShape& shape, const float* w);

  const float* data() const { return elements_.data(); }
  int64_t bytes() const { return elements_.bytes(); }

 private:
  PackedMatrix elements_;
};
void winograd_forward(const Conv2dShape& shape, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y);

void winograd_forward(const Conv2dShape& shape, const float* x, const float* w,
                      const Conv2dEpilogue<float>& epilogue, float* y);
void winograd_backward_data(const Conv2dShape& shape, const float* w, const float* dy,
                            const Conv2dEpilogue<float>& epilogue, float* dx);
void winograd_backward_weight(const Conv2dShape& shape, const float* x, const float* dy, float* dw);

}  // namespace huegrad
