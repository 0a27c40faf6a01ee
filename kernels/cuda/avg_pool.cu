#include "kernels/avg_pool.h"

#include "kernels/cuda/pooling.h"

namespace huegrad {
namespace cuda {
namespace {

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    avg_pool_forward_kernel(Pool2dShape s, const Storage* x, Storage* y) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.output_size(); i += step) {
    const ImagePlace place = image_place(i, s.out_height(), s.out_width(), s.channels);
    const Storage* image = x + place.n * s.in_height * s.in_width * s.channels + place.channel;
    const PixelRange rows = pool_window(s, place.row, s.in_height);
    const PixelRange columns = pool_window(s, place.column, s.in_width);
    float sum = 0;
    for (int64_t h = rows.first; h < rows.last; ++h)
      for (int64_t w = columns.first; w < columns.last; ++w)
        sum += to_float(image[(h * s.in_width + w) * s.channels]);
    y[i] = from_float<Storage>(sum / float(rows.size() * columns.size()));
  }
}

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    avg_pool_backward_kernel(Pool2dShape s, const Storage* dy, Storage* dx) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.input_size(); i += step) {
    const ImagePlace place = image_place(i, s.in_height, s.in_width, s.channels);
    float sum = 0;
    for_each_window_over(s, place, [&](int64_t window, int64_t p, int64_t q) {
      sum += to_float(dy[window]) /
             float(pool_window(s, p, s.in_height).size() * pool_window(s, q, s.in_width).size());
    });
    dx[i] = from_float<Storage>(sum);
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void avg_pool_forward(Cuda cuda, const Pool2dShape& s, const Storage* x, Storage* y) {
  if (s.output_size() == 0) return;
  cuda::launch("avg_pool_forward", cuda, cuda::avg_pool_forward_kernel<Storage>,
               cuda::elementwise_blocks(cuda, s.output_size()), cuda::kElementwiseThreads, 0, s, x, y);
}

template <class Storage>
void avg_pool_backward(Cuda cuda, const Pool2dShape& s, const Storage* dy, Storage* dx) {
  if (s.input_size() == 0) return;
  cuda::launch("avg_pool_backward", cuda, cuda::avg_pool_backward_kernel<Storage>,
               cuda::elementwise_blocks(cuda, s.input_size()), cuda::kElementwiseThreads, 0, s, dy, dx);
}

template void avg_pool_forward(Cuda, const Pool2dShape&, const float*, float*);
template void avg_pool_forward(Cuda, const Pool2dShape&, const bfloat16*, bfloat16*);
template void avg_pool_backward(Cuda, const Pool2dShape&, const float*, float*);
template void avg_pool_backward(Cuda, const Pool2dShape&, const bfloat16*, bfloat16*);

}  // namespace huegrad
