#include "kernels/upsample.h"

#include <algorithm>

#include "kernels/upsample_taps.h"

namespace huegrad {
namespace {

// Calls visit(input offset, output offset, weight) for every pair of values that the resampling connects.
template <class Visit>
void for_each_tap(const UpsampleShape& s, const Visit& visit) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t p = 0; p < s.out_height; ++p)
      for (int64_t q = 0; q < s.out_width; ++q) {
        const UpsampleTaps row = upsample_taps(s.mode, s.in_height, s.out_height, p);
        const UpsampleTaps column = upsample_taps(s.mode, s.in_width, s.out_width, q);
        const auto x_at = [&](int64_t h, int64_t w) {
          return ((n * s.in_height + h) * s.in_width + w) * s.channels;
        };
        const int64_t y_at = ((n * s.out_height + p) * s.out_width + q) * s.channels;
        for (int64_t c = 0; c < s.channels; ++c) {
          visit(x_at(row.low, column.low) + c, y_at + c, (1 - row.weight) * (1 - column.weight));
          visit(x_at(row.low, column.high) + c, y_at + c, (1 - row.weight) * column.weight);
          visit(x_at(row.high, column.low) + c, y_at + c, row.weight * (1 - column.weight));
          visit(x_at(row.high, column.high) + c, y_at + c, row.weight * column.weight);
        }
      }
}

}  // namespace

template <class Real>
void upsample_forward(Reference, const UpsampleShape& s, const Real* x, Real* y) {
  std::fill_n(y, s.output_size(), Real(0));
  for_each_tap(s, [&](int64_t i, int64_t o, double weight) { y[o] += Real(weight * x[i]); });
}

template <class Real>
void upsample_backward(Reference, const UpsampleShape& s, const Real* dy, Real* dx) {
  std::fill_n(dx, s.input_size(), Real(0));
  for_each_tap(s, [&](int64_t i, int64_t o, double weight) { dx[i] += Real(weight * dy[o]); });
}

template void upsample_forward(Reference, const UpsampleShape&, const float*, float*);
template void upsample_forward(Reference, const UpsampleShape&, const double*, double*);
template void upsample_backward(Reference, const UpsampleShape&, const float*, float*);
template void upsample_backward(Reference, const UpsampleShape&, const double*, double*);

}  // namespace huegrad
