// Convolutions as the equations of kernels/conv2d.h say them: a thread computes one value, nothing is shared.
// To read, and to check the fast ones against on the device itself; they also take the shapes that those do
// not (kernels larger than 7x7, strides above 4).
#pragma once
#include "kernels/conv2d.h"
#include "kernels/cuda/epilogue.h"
#include "kernels/cuda/images.h"

namespace huegrad::cuda::naive {

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    forward_kernel(Conv2dShape s, const Storage* x, const Storage* w, Conv2dEpilogue<float> epilogue,
                   Storage* y) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.output_size(); i += step) {
    const ImagePlace out = image_place(i, s.out_height(), s.out_width(), s.out_channels);
    float sum = 0;
    for (int64_t r = 0; r < s.kernel_height; ++r)
      for (int64_t v = 0; v < s.kernel_width; ++v) {
        const int64_t row = out.row * s.stride + r * s.dilation - s.padding;
        const int64_t column = out.column * s.stride + v * s.dilation - s.padding;
        if (row < 0 || row >= s.in_height || column < 0 || column >= s.in_width) continue;
        const Storage* pixel = x + ((out.n * s.in_height + row) * s.in_width + column) * s.in_channels;
        const Storage* filter =
            w + ((out.channel * s.kernel_height + r) * s.kernel_width + v) * s.in_channels;
        for (int64_t c = 0; c < s.in_channels; ++c) sum += to_float(pixel[c]) * to_float(filter[c]);
      }
    y[i] = from_float<Storage>(apply(epilogue, out.channel, sum));
  }
}

// dx[h,u,c] gathers dy[p,q,:] from every window (p, q) that read pixel (h, u). The epilogue is for transposed
// convolutions, whose forward pass this is.
template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    backward_data_kernel(Conv2dShape s, const Storage* w, const Storage* dy, Conv2dEpilogue<float> epilogue,
                         Storage* dx) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.input_size(); i += step) {
    const ImagePlace in = image_place(i, s.in_height, s.in_width, s.in_channels);
    float sum = 0;
    for (int64_t r = 0; r < s.kernel_height; ++r)
      for (int64_t v = 0; v < s.kernel_width; ++v) {
        const int64_t row = in.row + s.padding - r * s.dilation,
                      column = in.column + s.padding - v * s.dilation;
        if (row < 0 || column < 0 || row % s.stride != 0 || column % s.stride != 0) continue;
        const int64_t p = row / s.stride, q = column / s.stride;
        if (p >= s.out_height() || q >= s.out_width()) continue;
        const Storage* gradient = dy + ((in.n * s.out_height() + p) * s.out_width() + q) * s.out_channels;
        const Storage* filter = w + (r * s.kernel_width + v) * s.in_channels + in.channel;
        const int64_t next = s.kernel_height * s.kernel_width * s.in_channels;
        for (int64_t k = 0; k < s.out_channels; ++k)
          sum += to_float(gradient[k]) * to_float(filter[k * next]);
      }
    dx[i] = from_float<Storage>(apply(epilogue, in.channel, sum));
  }
}

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    backward_weight_kernel(Conv2dShape s, const Storage* x, const Storage* dy, float* dw) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.weight_size(); i += step) {
    const ImagePlace filter =
        image_place(i, s.kernel_height, s.kernel_width, s.in_channels);  // n: out channel
    float sum = 0;
    for (int64_t n = 0; n < s.batch; ++n)
      for (int64_t p = 0; p < s.out_height(); ++p)
        for (int64_t q = 0; q < s.out_width(); ++q) {
          const int64_t row = p * s.stride + filter.row * s.dilation - s.padding;
          const int64_t column = q * s.stride + filter.column * s.dilation - s.padding;
          if (row < 0 || row >= s.in_height || column < 0 || column >= s.in_width) continue;
          sum +=
              to_float(dy[((n * s.out_height() + p) * s.out_width() + q) * s.out_channels + filter.n]) *
              to_float(x[((n * s.in_height + row) * s.in_width + column) * s.in_channels + filter.channel]);
        }
    dw[i] = sum;
  }
}

template <class Storage>
void forward(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* w,
             const Conv2dEpilogue<float>& epilogue, Storage* y) {
  launch("conv2d_forward (naive)", cuda, forward_kernel<Storage>, elementwise_blocks(cuda, s.output_size()),
         kElementwiseThreads, 0, s, x, w, epilogue, y);
}

template <class Storage>
void backward_data(Cuda cuda, const Conv2dShape& s, const Storage* w, const Storage* dy,
                   const Conv2dEpilogue<float>& epilogue, Storage* dx) {
  launch("conv2d_backward_data (naive)", cuda, backward_data_kernel<Storage>,
         elementwise_blocks(cuda, s.input_size()), kElementwiseThreads, 0, s, w, dy, epilogue, dx);
}

template <class Storage>
void backward_weight(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* dy, float* dw) {
  launch("conv2d_backward_weight (naive)", cuda, backward_weight_kernel<Storage>,
         elementwise_blocks(cuda, s.weight_size()), kElementwiseThreads, 0, s, x, dy, dw);
}

}  // namespace huegrad::cuda::naive
