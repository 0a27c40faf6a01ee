#include "kernels/avg_pool.h"

#include "kernels/cuda/pooling.h"

namespace huegrad {
namespace cuda {
namespace {

template <int width, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads, kImageBlocks)
    avg_pool_forward_kernel(ImageLayout layout, PoolLayout pool, const Storage* x, Storage* y) {
  for_each_place<width>(layout, [&](const ImagePlace& place, int64_t index) {
    const Storage* image = x + place.n * pool.rows.in * pool.columns.in * pool.channels + place.channel;
    const PoolRange rows = pool.rows.window(place.row), columns = pool.columns.window(place.column);
    float sum[width] = {};
    for (int h = rows.first; h < rows.last; ++h)
      for (int w = columns.first; w < columns.last; ++w) {
        float values[width];
        load_floats(image + int64_t(h * pool.columns.in + w) * pool.channels, values);
#pragma unroll
        for (int j = 0; j < width; ++j) sum[j] += values[j];
      }
    const float share = 1 / float(rows.size() * columns.size());
#pragma unroll
    for (int j = 0; j < width; ++j) sum[j] *= share;
    store_floats(y + index, sum);
  });
}

template <int width, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads, kImageBlocks)
    avg_pool_backward_kernel(ImageLayout layout, PoolLayout pool, const Storage* dy, Storage* dx) {
  for_each_place<width>(layout, [&](const ImagePlace& place, int64_t index) {
    float sum[width] = {};
    for_each_window_over(pool, place, [&](int64_t window, int p, int q) {
      const float share = 1 / float(pool.rows.window(p).size() * pool.columns.window(q).size());
      float values[width];
      load_floats(dy + window, values);
#pragma unroll
      for (int j = 0; j < width; ++j) sum[j] += values[j] * share;
    });
    store_floats(dx + index, sum);
  });
}

}  // namespace
}  // namespace cuda

template <class Storage>
void avg_pool_forward(Cuda cuda, const Pool2dShape& s, const Storage* x, Storage* y) {
  constexpr int width = cuda::kPack<Storage>;
  cuda::launch_over_images<width>("avg_pool_forward", cuda, cuda::packs_fit<width>(s.channels, x, y),
                                  cuda::avg_pool_forward_kernel<width, Storage>,
                                  cuda::avg_pool_forward_kernel<1, Storage>, s.batch, s.out_height(),
                                  s.out_width(), s.channels, cuda::PoolLayout("avg_pool_forward", s), x, y);
}

template <class Storage>
void avg_pool_backward(Cuda cuda, const Pool2dShape& s, const Storage* dy, Storage* dx) {
  constexpr int width = cuda::kPack<Storage>;
  cuda::launch_over_images<width>("avg_pool_backward", cuda, cuda::packs_fit<width>(s.channels, dy, dx),
                                  cuda::avg_pool_backward_kernel<width, Storage>,
                                  cuda::avg_pool_backward_kernel<1, Storage>, s.batch, s.in_height,
                                  s.in_width, s.channels, cuda::PoolLayout("avg_pool_backward", s), dy, dx);
}

template void avg_pool_forward(Cuda, const Pool2dShape&, const float*, float*);
template void avg_pool_forward(Cuda, const Pool2dShape&, const bfloat16*, bfloat16*);
template void avg_pool_backward(Cuda, const Pool2dShape&, const float*, float*);
template void avg_pool_backward(Cuda, const Pool2dShape&, const bfloat16*, bfloat16*);

}  // namespace huegrad
