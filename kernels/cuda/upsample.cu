#include "kernels/upsample.h"

#include "kernels/cuda/pooling.h"
#include "kernels/upsample_taps.h"

namespace huegrad {
namespace cuda {
namespace {

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    upsample_forward_kernel(UpsampleShape s, const Storage* x, Storage* y) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.output_size(); i += step) {
    const ImagePlace place = image_place(i, s.out_height, s.out_width, s.channels);
    const UpsampleTaps row = upsample_taps(s.mode, s.in_height, s.out_height, place.row);
    const UpsampleTaps column = upsample_taps(s.mode, s.in_width, s.out_width, place.column);
    const auto at = [&](int64_t h, int64_t w) {
      return to_float(x[((place.n * s.in_height + h) * s.in_width + w) * s.channels + place.channel]);
    };
    const auto down = float(row.weight), right = float(column.weight);
    const float low = (1 - right) * at(row.low, column.low) + right * at(row.low, column.high);
    const float high = (1 - right) * at(row.high, column.low) + right * at(row.high, column.high);
    y[i] = from_float<Storage>((1 - down) * low + down * high);
  }
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

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    upsample_backward_kernel(UpsampleShape s, const Storage* dy, Storage* dx) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.input_size(); i += step) {
    const ImagePlace place = image_place(i, s.in_height, s.in_width, s.channels);
    const PixelRange rows = readers(s.mode, place.row, s.in_height, s.out_height);
    const PixelRange columns = readers(s.mode, place.column, s.in_width, s.out_width);
    float sum = 0;
    for (int64_t p = rows.first; p < rows.last; ++p) {
      const float down = share(upsample_taps(s.mode, s.in_height, s.out_height, p), place.row);
      if (down == 0) continue;
      for (int64_t q = columns.first; q < columns.last; ++q) {
        const float right = share(upsample_taps(s.mode, s.in_width, s.out_width, q), place.column);
        if (right != 0)
          sum += down * right *
                 to_float(dy[((place.n * s.out_height + p) * s.out_width + q) * s.channels + place.channel]);
      }
    }
    dx[i] = from_float<Storage>(sum);
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void upsample_forward(Cuda cuda, const UpsampleShape& s, const Storage* x, Storage* y) {
  if (s.output_size() == 0) return;
  cuda::launch("upsample_forward", cuda, cuda::upsample_forward_kernel<Storage>,
               cuda::elementwise_blocks(cuda, s.output_size()), cuda::kElementwiseThreads, 0, s, x, y);
}

template <class Storage>
void upsample_backward(Cuda cuda, const UpsampleShape& s, const Storage* dy, Storage* dx) {
  if (s.input_size() == 0) return;
  cuda::launch("upsample_backward", cuda, cuda::upsample_backward_kernel<Storage>,
               cuda::elementwise_blocks(cuda, s.input_size()), cuda::kElementwiseThreads, 0, s, dy, dx);
}

template void upsample_forward(Cuda, const UpsampleShape&, const float*, float*);
template void upsample_forward(Cuda, const UpsampleShape&, const bfloat16*, bfloat16*);
template void upsample_backward(Cuda, const UpsampleShape&, const float*, float*);
template void upsample_backward(Cuda, const UpsampleShape&, const bfloat16*, bfloat16*);

}  // namespace huegrad
