#include "kernels/avg_pool.h"

#include <algorithm>

#include "kernels/pool_window.h"

namespace huegrad {

template <class Real>
void avg_pool_forward(Reference, const Pool2dShape& s, const Real* x, Real* y) {
  for (int64_t n = 0; n < s.batch; ++n, x += s.in_height * s.in_width * s.channels)
    for (int64_t p = 0; p < s.out_height(); ++p)
      for (int64_t q = 0; q < s.out_width(); ++q)
        for (int64_t c = 0; c < s.channels; ++c) {
          const PixelRange rows = pool_window(s, p, s.in_height), columns = pool_window(s, q, s.in_width);
          double sum = 0;
          for (int64_t h = rows.first; h < rows.last; ++h)
            for (int64_t w = columns.first; w < columns.last; ++w)
              sum += x[(h * s.in_width + w) * s.channels + c];
          *y++ = Real(sum / double(rows.size() * columns.size()));
        }
}

template <class Real>
void avg_pool_backward(Reference, const Pool2dShape& s, const Real* dy, Real* dx) {
  std::fill_n(dx, s.input_size(), Real(0));
  for (int64_t n = 0; n < s.batch; ++n, dx += s.in_height * s.in_width * s.channels)
    for (int64_t p = 0; p < s.out_height(); ++p)
      for (int64_t q = 0; q < s.out_width(); ++q)
        for (int64_t c = 0; c < s.channels; ++c) {
          const PixelRange rows = pool_window(s, p, s.in_height), columns = pool_window(s, q, s.in_width);
          const double share = *dy++ / double(rows.size() * columns.size());
          for (int64_t h = rows.first; h < rows.last; ++h)
            for (int64_t w = columns.first; w < columns.last; ++w)
              dx[(h * s.in_width + w) * s.channels + c] += Real(share);
        }
}

template void avg_pool_forward(Reference, const Pool2dShape&, const float*, float*);
template void avg_pool_forward(Reference, const Pool2dShape&, const double*, double*);
template void avg_pool_backward(Reference, const Pool2dShape&, const float*, float*);
template void avg_pool_backward(Reference, const Pool2dShape&, const double*, double*);

}  // namespace huegrad
