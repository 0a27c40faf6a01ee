// conv_transpose2d is conv2d with input and output exchanged; both keep their weights in the same layout.
#include "kernels/conv_transpose2d.h"

#include "kernels/cpu/conv2d_passes.h"

namespace huegrad {
namespace {

// The convolution whose data gradient this is: it maps images of y's size to images of x's size.
Conv2dShape adjoint(const ConvTranspose2dShape& s) {
  return {.batch = s.batch,
          .in_height = s.out_height(),
          .in_width = s.out_width(),
          .in_channels = s.out_channels,
          .out_channels = s.in_channels,
          .kernel_height = s.kernel_height,
          .kernel_width = s.kernel_width,
          .stride = s.stride,
          .padding = s.padding,
          .dilation = s.dilation};
}

}  // namespace

void conv_transpose2d_forward(Cpu, const ConvTranspose2dShape& shape, const float* x, const float* w,
                              const Conv2dEpilogue<float>& epilogue, float* y) {
  conv2d_scatter(adjoint(shape), w, x, epilogue, y);
}

void conv_transpose2d_backward_data(Cpu, const ConvTranspose2dShape& shape, const float* w, const float* dy,
                                    float* dx) {
  conv2d_forward(Cpu{}, adjoint(shape), dy, w, {}, dx);
}

void conv_transpose2d_backward_weight(Cpu, const ConvTranspose2dShape& shape, const float* x, const float* dy,
                                      float* dw) {
  conv2d_backward_weight(Cpu{}, adjoint(shape), dy, x, dw);
}

}  // namespace huegrad
