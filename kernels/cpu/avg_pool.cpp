// Vectors run along the channels. The gradient is gathered: each input pixel sums the shares of the windows
// that cover it, so every value is written once and threads never meet.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/avg_pool.cpp"
#include "kernels/avg_pool.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/pixels.h"
#include "kernels/cpu/vectors-inl.h"
#include "kernels/pool_window.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One window; x points at its image.
void avg_pool_window(const Pool2dShape& s, PixelRange rows, PixelRange columns, const float* x, float* y) {
  const auto share = float(1.0 / double(rows.size() * columns.size()));
  for_each_vector(s.channels, [=, &s](auto d, int64_t c) HWY_ATTR {
    auto total = hn::Zero(d);
    for (int64_t h = rows.first; h < rows.last; ++h)
      for (int64_t w = columns.first; w < columns.last; ++w)
        total = hn::Add(total, hn::LoadU(d, x + (h * s.in_width + w) * s.channels + c));
    hn::StoreU(hn::Mul(total, hn::Set(d, share)), d, y + c);
  });
}

// One pixel of dx; rows, columns: the windows that cover it; dy points at its image.
void avg_pool_gradient(const Pool2dShape& s, PixelRange rows, PixelRange columns, const float* dy,
                       float* dx) {
  const int64_t out_width = s.out_width();
  for_each_vector(s.channels, [=, &s](auto d, int64_t c) HWY_ATTR {
    auto total = hn::Zero(d);
    for (int64_t p = rows.first; p < rows.last; ++p)
      for (int64_t q = columns.first; q < columns.last; ++q) {
        const int64_t pixels = pool_window(s, p, s.in_height).size() * pool_window(s, q, s.in_width).size();
        const auto gradient = hn::LoadU(d, dy + (p * out_width + q) * s.channels + c);
        total = hn::MulAdd(gradient, hn::Set(d, 1 / float(pixels)), total);
      }
    hn::StoreU(total, d, dx + c);
  });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(avg_pool_window);
HWY_EXPORT(avg_pool_gradient);

void avg_pool_forward(Cpu, const Pool2dShape& s, const float* x, float* y) {
  const int64_t image = s.in_height * s.in_width * s.channels;
  for_each_pixel(s.batch, s.out_height(), s.out_width(), s.channels, [&](const Pixel& out) {
    HWY_DYNAMIC_DISPATCH(avg_pool_window)
    (s, pool_window(s, out.row, s.in_height), pool_window(s, out.column, s.in_width), x + out.image * image,
     y + out.offset);
  });
}

void avg_pool_backward(Cpu, const Pool2dShape& s, const float* dy, float* dx) {
  const int64_t image = s.out_height() * s.out_width() * s.channels;
  for_each_pixel(s.batch, s.in_height, s.in_width, s.channels, [&](const Pixel& in) {
    HWY_DYNAMIC_DISPATCH(avg_pool_gradient)
    (s, pool_windows_over(s, in.row, s.out_height()), pool_windows_over(s, in.column, s.out_width()),
     dy + in.image * image, dx + in.offset);
  });
}

}  // namespace huegrad
#endif
