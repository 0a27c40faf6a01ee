// Vectors run along the channels. The gradient is gathered: each input pixel asks the windows that cover it
// whether it won, so every value is written once and threads never meet.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/max_pool.cpp"
#include "kernels/max_pool.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/pixels.h"
#include "kernels/cpu/vectors-inl.h"
#include "kernels/pool_window.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One window; x points at its image.
void max_pool_window(const Pool2dShape& s, PixelRange rows, PixelRange columns, const float* x, float* y,
                     int32_t* argmax) {
  for_each_vector(s.channels, [=, &s](auto d, int64_t c) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> di;
    const int64_t start = rows.first * s.in_width + columns.first;
    auto best = hn::LoadU(d, x + start * s.channels + c);
    auto place = hn::Set(di, int32_t(start));
    for (int64_t h = rows.first; h < rows.last; ++h)
      for (int64_t w = columns.first; w < columns.last; ++w) {
        const int64_t pixel = h * s.in_width + w;
        const auto value = hn::LoadU(d, x + pixel * s.channels + c);
        const auto wins = hn::Gt(value, best);
        best = hn::IfThenElse(wins, value, best);
        place = hn::IfThenElse(hn::RebindMask(di, wins), hn::Set(di, int32_t(pixel)), place);
      }
    hn::StoreU(best, d, y + c);
    if (argmax) hn::StoreU(place, di, argmax + c);
  });
}

// One pixel of dx; rows, columns: the windows that cover it; argmax and dy point at its image.
void max_pool_gradient(const Pool2dShape& s, int64_t pixel, PixelRange rows, PixelRange columns,
                       const int32_t* argmax, const float* dy, float* dx) {
  const int64_t out_width = s.out_width();
  for_each_vector(s.channels, [=, &s](auto d, int64_t c) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> di;
    auto total = hn::Zero(d);
    for (int64_t p = rows.first; p < rows.last; ++p)
      for (int64_t q = columns.first; q < columns.last; ++q) {
        const int64_t offset = (p * out_width + q) * s.channels + c;
        const auto won = hn::Eq(hn::LoadU(di, argmax + offset), hn::Set(di, int32_t(pixel)));
        total = hn::Add(total, hn::IfThenElseZero(hn::RebindMask(d, won), hn::LoadU(d, dy + offset)));
      }
    hn::StoreU(total, d, dx + c);
  });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(max_pool_window);
HWY_EXPORT(max_pool_gradient);

void max_pool_forward(Cpu, const Pool2dShape& s, const float* x, float* y, int32_t* argmax) {
  const int64_t image = s.in_height * s.in_width * s.channels;
  for_each_pixel(s.batch, s.out_height(), s.out_width(), s.channels, [&](const Pixel& out) {
    HWY_DYNAMIC_DISPATCH(max_pool_window)
    (s, pool_window(s, out.row, s.in_height), pool_window(s, out.column, s.in_width), x + out.image * image,
     y + out.offset, argmax ? argmax + out.offset : nullptr);
  });
}

void max_pool_backward(Cpu, const Pool2dShape& s, const int32_t* argmax, const float* dy, float* dx) {
  const int64_t image = s.out_height() * s.out_width() * s.channels;
  for_each_pixel(s.batch, s.in_height, s.in_width, s.channels, [&](const Pixel& in) {
    HWY_DYNAMIC_DISPATCH(max_pool_gradient)
    (s, in.row * s.in_width + in.column, pool_windows_over(s, in.row, s.out_height()),
     pool_windows_over(s, in.column, s.out_width()), argmax + in.image * image, dy + in.image * image,
     dx + in.offset);
  });
}

}  // namespace huegrad
#endif
