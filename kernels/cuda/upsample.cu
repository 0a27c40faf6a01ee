#include "kernels/upsample.h"

#include "kernels/cuda/images.h"
#include "kernels/cuda/interpolation.h"
#include "kernels/pool_window.h"
#include "kernels/upsample_taps.h"

namespace huegrad {
namespace cuda {
namespace {

template <int width, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads, kImageBlocks)
    upsample_forward_kernel(ImageLayout layout, UpsampleShape s, const Storage* x, Storage* y) {
  for_each_place<width>(layout, [&](const ImagePlace& place, int64_t index) {
    const Interpolation interpolated(s, place.row, place.column);
    const auto& [row, column] = interpolated;
    const auto at = [&](int64_t h, int64_t w) {
      return load_pack<width>(x + ((place.n * s.in_height + h) * s.in_width + w) * s.channels +
                              place.channel);
    };
    const auto low_left = at(row.low, column.low), low_right = at(row.low, column.high);
    const auto high_left = at(row.high, column.low), high_right = at(row.high, column.high);
    float values[width];
#pragma unroll
    for (int j = 0; j < width; ++j)
      values[j] = interpolated.blend(to_float(low_left.values[j]), to_float(low_right.values[j]),
                                     to_float(high_left.values[j]), to_float(high_right.values[j]));
    store_floats(y + index, values);
  });
}

// Output pixels along one axis that may read input pixel `in`: those whose place lies within one pixel of it,
// and at the borders everything beyond. One more on either side, because the bounds are rounded.
__device__ PixelRange readers(UpsampleMode mode, int64_t in, int64_t in_extent, int64_t out_extent) {
  const int64_t reach = mode == UpsampleMode::nearest ? 0 : 1;
  const int64_t first = in - reach <= 0 ? 0 : (in - reach) * out_extent / in_extent - 1;
  const int64_t last =
      in + reach >= in_extent - 1 ? out_extent : ((in + reach + 1) * out_extent) / in_extent + 2;
  return {first < 0 ? 0 : first, last > out_extent ? out_extent : last};
}

// What output pixel p takes of input pixel `in`.
__device__ float share(const UpsampleTaps& taps, int64_t in) {
  return (taps.low == in ? float(1 - taps.weight) : 0.0f) + (taps.high == in ? float(taps.weight) : 0.0f);
}

template <int width, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads, kImageBlocks)
    upsample_backward_kernel(ImageLayout layout, UpsampleShape s, const Storage* dy, Storage* dx) {
  for_each_place<width>(layout, [&](const ImagePlace& place, int64_t index) {
    const PixelRange rows = readers(s.mode, place.row, s.in_height, s.out_height);
    const PixelRange columns = readers(s.mode, place.column, s.in_width, s.out_width);
    float sum[width] = {};
    for (auto p = int(rows.first); p < int(rows.last); ++p) {
      const float down = share(upsample_taps(s.mode, s.in_height, s.out_height, p), place.row);
      if (down == 0) continue;
      const Storage* line = dy + (place.n * s.out_height + p) * s.out_width * s.channels + place.channel;
      for (auto q = int(columns.first); q < int(columns.last); ++q) {
        const float right = share(upsample_taps(s.mode, s.in_width, s.out_width, q), place.column);
        if (right == 0) continue;
        float values[width];
        load_floats(line + q * s.channels, values);
#pragma unroll
        for (int j = 0; j < width; ++j) sum[j] += down * right * values[j];
      }
    }
    store_floats(dx + index, sum);
  });
}

}  // namespace
}  // namespace cuda

template <class Storage>
void upsample_forward(Cuda cuda, const UpsampleShape& s, const Storage* x, Storage* y) {
  constexpr int width = cuda::kPack<Storage>;
  cuda::launch_over_images<width>("upsample_forward", cuda, cuda::packs_fit<width>(s.channels, x, y),
                                  cuda::upsample_forward_kernel<width, Storage>,
                                  cuda::upsample_forward_kernel<1, Storage>, s.batch, s.out_height,
                                  s.out_width, s.channels, s, x, y);
}

template <class Storage>
void upsample_backward(Cuda cuda, const UpsampleShape& s, const Storage* dy, Storage* dx) {
  constexpr int width = cuda::kPack<Storage>;
  cuda::launch_over_images<width>("upsample_backward", cuda, cuda::packs_fit<width>(s.channels, dy, dx),
                                  cuda::upsample_backward_kernel<width, Storage>,
                                  cuda::upsample_backward_kernel<1, Storage>, s.batch, s.in_height,
                                  s.in_width, s.channels, s, dy, dx);
}

template void upsample_forward(Cuda, const UpsampleShape&, const float*, float*);
template void upsample_forward(Cuda, const UpsampleShape&, const bfloat16*, bfloat16*);
template void upsample_backward(Cuda, const UpsampleShape&, const float*, float*);
template void upsample_backward(Cuda, const UpsampleShape&, const bfloat16*, bfloat16*);

}  // namespace huegrad
