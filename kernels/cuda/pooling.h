// How pooling kernels share work: a thread makes one value, of an output pixel forwards and of an input pixel
// backwards (gathering what the windows over it hand back, so that nothing is added atomically).
#pragma once
#include "kernels/cuda/elementwise.h"
#include "kernels/pool_window.h"

namespace huegrad::cuda {

// Value `index` of an image (batch, height, width, channels).
struct ImagePlace {
  int64_t n, row, column, channel;
};

__device__ __forceinline__ ImagePlace image_place(int64_t index, int64_t height, int64_t width,
                                                  int64_t channels) {
  const int64_t pixel = index / channels;
  return {pixel / (width * height), pixel / width % height, pixel % width, index % channels};
}

// Calls visit(offset of the window's value) for every window over the input value at `place`, in order.
template <class Visit>
__device__ __forceinline__ void for_each_window_over(const Pool2dShape& s, const ImagePlace& place,
                                                     const Visit& visit) {
  const PixelRange rows = pool_windows_over(s, place.row, s.out_height());
  const PixelRange columns = pool_windows_over(s, place.column, s.out_width());
  for (int64_t p = rows.first; p < rows.last; ++p)
    for (int64_t q = columns.first; q < columns.last; ++q)
      visit(((place.n * s.out_height() + p) * s.out_width() + q) * s.channels + place.channel, p, q);
}

}  // namespace huegrad::cuda
