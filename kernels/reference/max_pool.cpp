#include "kernels/max_pool.h"

#include <algorithm>

#include "kernels/pool_window.h"

namespace huegrad {

template <class Real>
void max_pool_forward(Reference, const Pool2dShape& s, const Real* x, Real* y, int32_t* argmax) {
  for (int64_t n = 0; n < s.batch; ++n, x += s.in_height * s.in_width * s.channels)
    for (int64_t p = 0; p < s.out_height(); ++p)
      for (int64_t q = 0; q < s.out_width(); ++q)
        for (int64_t c = 0; c < s.channels; ++c) {
          const PixelRange rows = pool_window(s, p, s.in_height), columns = pool_window(s, q, s.in_width);
          int64_t best = rows.first * s.in_width + columns.first;
          for (int64_t h = rows.first; h < rows.last; ++h)
            for (int64_t w = columns.first; w < columns.last; ++w) {
              const int64_t pixel = h * s.in_width + w;
              if (x[pixel * s.channels + c] > x[best * s.channels + c]) best = pixel;
            }
          *y++ = x[best * s.channels + c];
          if (argmax) *argmax++ = int32_t(best);
        }
}

template <class Real>
void max_pool_backward(Reference, const Pool2dShape& s, const int32_t* argmax, const Real* dy, Real* dx) {
  std::fill_n(dx, s.input_size(), Real(0));
  const int64_t image = s.in_height * s.in_width * s.channels, pixels = s.out_height() * s.out_width();
  for (int64_t n = 0; n < s.batch; ++n, dx += image)
    for (int64_t p = 0; p < pixels; ++p)
      for (int64_t c = 0; c < s.channels; ++c) dx[*argmax++ * s.channels + c] += *dy++;
}

template void max_pool_forward(Reference, const Pool2dShape&, const float*, float*, int32_t*);
template void max_pool_forward(Reference, const Pool2dShape&, const double*, double*, int32_t*);
template void max_pool_backward(Reference, const Pool2dShape&, const int32_t*, const float*, float*);
template void max_pool_backward(Reference, const Pool2dShape&, const int32_t*, const double*, double*);

}  // namespace huegrad
