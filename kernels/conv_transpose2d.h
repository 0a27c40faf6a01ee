// conv_transpose2d ("deconvolution"): the adjoint of conv2d. Every input pixel adds w scaled by its value to
// a kernel-sized patch of the output.
//
//   y[n, h*stride + r*dilation - padding, v*stride + s*dilation - padding, k] += x[n,h,v,c] * w[c,r,s,k]
//
// x (batch, in_height, in_width, in_channels); w (in_channels, kernel_height, kernel_width, out_channels);
// y (batch, out_height, out_width, out_channels). Kernel 4, stride 2, padding 1 doubles the size exactly.
#pragma once
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/conv2d.h"

namespace huegrad {

struct ConvTranspose2dShape {
  int64_t batch = 1, in_height = 0, in_width = 0, in_channels = 0;
  int64_t out_channels = 0, kernel_height = 0, kernel_width = 0;
  int64_t stride = 1, padding = 0, dilation = 1;

  constexpr int64_t out_height() const {
    return (in_height - 1) * stride - 2 * padding + dilation * (kernel_height - 1) + 1;
  }
  constexpr int64_t out_width() const {
    return (in_width - 1) * stride - 2 * padding + dilation * (kernel_width - 1) + 1;
  }
  constexpr int64_t input_size() const { return batch * in_height * in_width * in_channels; }
  constexpr int64_t weight_size() const { return in_channels * kernel_height * kernel_width * out_channels; }
  constexpr int64_t output_size() const { return batch * out_height() * out_width() * out_channels; }
  constexpr int64_t macs() const { return batch * in_height * in_width * weight_size(); }
  // The convolution of which this is the data gradient: it maps images of y's size to images of x's size.
  constexpr Conv2dShape adjoint() const {
    return {.batch = batch,
            .in_height = out_height(),
            .in_width = out_width(),
            .in_channels = out_channels,
            .out_channels = in_channels,
            .kernel_height = kernel_height,
            .kernel_width = kernel_width,
            .stride = stride,
            .padding = padding,
            .dilation = dilation};
  }
};

template <class Real>
void conv_transpose2d_forward(Reference, const ConvTranspose2dShape& shape, const Real* x, const Real* w,
                              const Conv2dEpilogue<Real>& epilogue, Real* y);
void conv_transpose2d_forward(Cpu, const ConvTranspose2dShape& shape, const float* x, const float* w,
                              const Conv2dEpilogue<float>& epilogue, float* y);
template <class Storage>
void conv_transpose2d_forward(Cuda, const ConvTranspose2dShape& shape, const Storage* x, const Storage* w,
                              const Conv2dEpilogue<float>& epilogue, Storage* y);

template <class Real>
void conv_transpose2d_backward_data(Reference, const ConvTranspose2dShape& shape, const Real* w,
                                    const Real* dy, Real* dx);
void conv_transpose2d_backward_data(Cpu, const ConvTranspose2dShape& shape, const float* w, const float* dy,
                                    float* dx);
template <class Storage>
void conv_transpose2d_backward_data(Cuda, const ConvTranspose2dShape& shape, const Storage* w,
                                    const Storage* dy, Storage* dx);

template <class Real>
void conv_transpose2d_backward_weight(Reference, const ConvTranspose2dShape& shape, const Real* x,
                                      const Real* dy, Real* dw);
void conv_transpose2d_backward_weight(Cpu, const ConvTranspose2dShape& shape, const float* x, const float* dy,
                                      float* dw);
template <class Storage>
void conv_transpose2d_backward_weight(Cuda, const ConvTranspose2dShape& shape, const Storage* x,
                                      const Storage* dy, float* dw);

// As conv2d_algorithm.
const char* conv_transpose2d_algorithm(Reference, const ConvTranspose2dShape& shape);
const char* conv_transpose2d_algorithm(Cpu, const ConvTranspose2dShape& shape);
template <class Storage>
const char* conv_transpose2d_algorithm(Cuda, const ConvTranspose2dShape& shape);

}  // namespace huegrad
