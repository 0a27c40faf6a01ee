// What pooling kernels share: a thread makes one pack of values, of an output pixel forwards and of an input
// pixel backwards (gathering what the windows over it hand back, so that nothing is added atomically).
#pragma once
#include "kernels/cuda/images.h"
#include "kernels/pool_window.h"

namespace huegrad::cuda {

// Calls visit(offset of the window's values) for every window over the input values at `place`, in order.
template <class Visit>
__device__ __forceinline__ void for_each_window_over(const Pool2dShape& s, const ImagePlace& place,
                                                     const Visit& visit) {
  const PixelRange rows = pool_windows_over(s, place.row, s.out_height());
  const PixelRange columns = pool_windows_over(s, place.column, s.out_width());
  for (auto p = int(rows.first); p < int(rows.last); ++p) {
    int64_t window =
        ((place.n * s.out_height() + p) * s.out_width() + columns.first) * s.channels + place.channel;
    for (auto q = int(columns.first); q < int(columns.last); ++q, window += s.channels) visit(window, p, q);
  }
}

}  // namespace huegrad::cuda
