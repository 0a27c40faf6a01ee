// conv_transpose2d is conv2d with input and output exchanged; both keep their weights in the same layout.
#include "kernels/conv_transpose2d.h"

#include "kernels/cpu/conv2d_passes.h"
#include "kernels/cpu/winograd.h"

namespace huegrad {

void conv_transpose2d_forward(Cpu, const ConvTranspose2dShape& shape, const float* x, const float* w,
                              const Conv2dEpilogue<float>& epilogue, float* y) {
  if (winograd_suits(shape)) return winograd_forward(shape, x, w, epilogue, y);
  conv2d_scatter(shape.adjoint(), w, x, epilogue, y);
}

void conv_transpose2d_backward_data(Cpu, const ConvTranspose2dShape& shape, const float* w, const float* dy,
                                    float* dx) {
  if (winograd_suits(shape)) return winograd_backward_data(shape, w, dy, dx);
  conv2d_forward(Cpu{}, shape.adjoint(), dy, w, {}, dx);
}

void conv_transpose2d_backward_weight(Cpu, const ConvTranspose2dShape& shape, const float* x, const float* dy,
                                      float* dw) {
  if (winograd_suits(shape)) return winograd_backward_weight(shape, x, dy, dw);
  conv2d_backward_weight(Cpu{}, shape.adjoint(), dy, x, dw);
}

const char* conv_transpose2d_algorithm(Cpu, const ConvTranspose2dShape& shape) {
  return winograd_suits(shape) ? "winograd" : "product";
}

}  // namespace huegrad
