#include "kernels/max_pool.h"

#include "kernels/cuda/pooling.h"

namespace huegrad {
namespace cuda {
namespace {

template <int width, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads, kImageBlocks)
    max_pool_forward_kernel(ImageLayout layout, PoolLayout pool, const Storage* x, Storage* y,
                            int32_t* argmax) {
  for_each_place<width>(layout, [&](const ImagePlace& place, int64_t index) {
    const Storage* image = x + place.n * pool.rows.in * pool.columns.in * pool.channels + place.channel;
    const PoolRange rows = pool.rows.window(place.row), columns = pool.columns.window(place.column);
    const int front = rows.first * pool.columns.in + columns.first;
    Pack<int32_t, width> best;
    float largest[width];
    load_floats(image + int64_t(front) * pool.channels, largest);
#pragma unroll
    for (int j = 0; j < width; ++j) best.values[j] = front;
    for (int h = rows.first; h < rows.last; ++h)
      for (int w = columns.first; w < columns.last; ++w) {
        const int pixel = h * pool.columns.in + w;
        float values[width];
        load_floats(image + int64_t(pixel) * pool.channels, values);
#pragma unroll
        for (int j = 0; j < width; ++j)
          if (values[j] > largest[j]) {
            largest[j] = values[j];
            best.values[j] = pixel;
          }
      }
    store_floats(y + index, largest);
    if (argmax) store_pack(argmax + index, best);
  });
}

template <int width, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads, kImageBlocks)
    max_pool_backward_kernel(ImageLayout layout, PoolLayout pool, const int32_t* argmax, const Storage* dy,
                             Storage* dx) {
  for_each_place<width>(layout, [&](const ImagePlace& place, int64_t index) {
    const int pixel = place.row * pool.columns.in + place.column;
    float sum[width] = {};
    for_each_window_over(pool, place, [&](int64_t window, int, int) {
      const auto winner = load_pack<width>(argmax + window);
      float values[width];
      load_floats(dy + window, values);
#pragma unroll
      for (int j = 0; j < width; ++j)
        if (winner.values[j] == pixel) sum[j] += values[j];
    });
    store_floats(dx + index, sum);
  });
}

}  // namespace
}  // namespace cuda

template <class Storage>
void max_pool_forward(Cuda cuda, const Pool2dShape& s, const Storage* x, Storage* y, int32_t* argmax) {
  constexpr int width = cuda::kPack<Storage>;
  cuda::launch_over_images<width>(
      "max_pool_forward", cuda, cuda::packs_fit<width>(s.channels, x, y, argmax),
      cuda::max_pool_forward_kernel<width, Storage>, cuda::max_pool_forward_kernel<1, Storage>, s.batch,
      s.out_height(), s.out_width(), s.channels, cuda::PoolLayout("max_pool_forward", s), x, y, argmax);
}

template <class Storage>
void max_pool_backward(Cuda cuda, const Pool2dShape& s, const int32_t* argmax, const Storage* dy,
                       Storage* dx) {
  constexpr int width = cuda::kPack<Storage>;
  cuda::launch_over_images<width>(
      "max_pool_backward", cuda, cuda::packs_fit<width>(s.channels, argmax, dy, dx),
      cuda::max_pool_backward_kernel<width, Storage>, cuda::max_pool_backward_kernel<1, Storage>, s.batch,
      s.in_height, s.in_width, s.channels, cuda::PoolLayout("max_pool_backward", s), argmax, dy, dx);
}

template void max_pool_forward(Cuda, const Pool2dShape&, const float*, float*, int32_t*);
template void max_pool_forward(Cuda, const Pool2dShape&, const bfloat16*, bfloat16*, int32_t*);
template void max_pool_backward(Cuda, const Pool2dShape&, const int32_t*, const float*, float*);
template void max_pool_backward(Cuda, const Pool2dShape&, const int32_t*, const bfloat16*, bfloat16*);

}  // namespace huegrad
