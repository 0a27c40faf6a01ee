#include "kernels/max_pool.h"

#include "kernels/cuda/pooling.h"

namespace huegrad {
namespace cuda {
namespace {

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    max_pool_forward_kernel(Pool2dShape s, const Storage* x, Storage* y, int32_t* argmax) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.output_size(); i += step) {
    const ImagePlace place = image_place(i, s.out_height(), s.out_width(), s.channels);
    const Storage* image = x + place.n * s.in_height * s.in_width * s.channels + place.channel;
    const PixelRange rows = pool_window(s, place.row, s.in_height);
    const PixelRange columns = pool_window(s, place.column, s.in_width);
    int64_t best = rows.first * s.in_width + columns.first;
    float largest = to_float(image[best * s.channels]);
    for (int64_t h = rows.first; h < rows.last; ++h)
      for (int64_t w = columns.first; w < columns.last; ++w) {
        const float value = to_float(image[(h * s.in_width + w) * s.channels]);
        if (value > largest) {
          largest = value;
          best = h * s.in_width + w;
        }
      }
    y[i] = from_float<Storage>(largest);
    if (argmax) argmax[i] = int32_t(best);
  }
}

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    max_pool_backward_kernel(Pool2dShape s, const int32_t* argmax, const Storage* dy, Storage* dx) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.input_size(); i += step) {
    const ImagePlace place = image_place(i, s.in_height, s.in_width, s.channels);
    const int64_t pixel = place.row * s.in_width + place.column;
    float sum = 0;
    for_each_window_over(s, place, [&](int64_t window, int64_t, int64_t) {
      if (argmax[window] == pixel) sum += to_float(dy[window]);
    });
    dx[i] = from_float<Storage>(sum);
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void max_pool_forward(Cuda cuda, const Pool2dShape& s, const Storage* x, Storage* y, int32_t* argmax) {
  if (s.output_size() == 0) return;
  cuda::launch("max_pool_forward", cuda, cuda::max_pool_forward_kernel<Storage>,
               cuda::elementwise_blocks(cuda, s.output_size()), cuda::kElementwiseThreads, 0, s, x, y,
               argmax);
}

template <class Storage>
void max_pool_backward(Cuda cuda, const Pool2dShape& s, const int32_t* argmax, const Storage* dy,
                       Storage* dx) {
  if (s.input_size() == 0) return;
  cuda::launch("max_pool_backward", cuda, cuda::max_pool_backward_kernel<Storage>,
               cuda::elementwise_blocks(cuda, s.input_size()), cuda::kElementwiseThreads, 0, s, argmax, dy,
               dx);
}

template void max_pool_forward(Cuda, const Pool2dShape&, const float*, float*, int32_t*);
template void max_pool_forward(Cuda, const Pool2dShape&, const bfloat16*, bfloat16*, int32_t*);
template void max_pool_backward(Cuda, const Pool2dShape&, const int32_t*, const float*, float*);
template void max_pool_backward(Cuda, const Pool2dShape&, const int32_t*, const bfloat16*, bfloat16*);

}  // namespace huegrad
