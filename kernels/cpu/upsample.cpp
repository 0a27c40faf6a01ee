// Forwards and backwards are one operation: a target pixel is a weighted sum of the source pixels that each
// axis lists for it. The lists of the backward pass are those of the forward pass, transposed.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/upsample.cpp"
#include "kernels/upsample.h"

#include <vector>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/pixels.h"
#include "kernels/cpu/upsample_axis.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One pixel; source points at an image of `width` columns.
void resample_pixel(int64_t channels, AxisTaps rows, AxisTaps columns, int64_t width, const float* source,
                    float* target) {
  for_each_vector(channels, [=](auto d, int64_t c) HWY_ATTR {
    auto total = hn::Zero(d);
    for (const AxisTap* h = rows.first; h != rows.last; ++h)
      for (const AxisTap* w = columns.first; w != columns.last; ++w) {
        const auto value = hn::LoadU(d, source + (h->pixel * width + w->pixel) * channels + c);
        total = hn::MulAdd(hn::Set(d, h->weight * w->weight), value, total);
      }
    hn::StoreU(total, d, target + c);
  });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(resample_pixel);

void upsample_forward(Cpu, const UpsampleShape& s, const float* x, float* y) {
  const auto rows = axis_lists(s.mode, s.in_height, s.out_height);
  const auto columns = axis_lists(s.mode, s.in_width, s.out_width);
  const int64_t image = s.in_height * s.in_width * s.channels;
  for_each_pixel(s.batch, s.out_height, s.out_width, s.channels, [&](const Pixel& out) {
    HWY_DYNAMIC_DISPATCH(resample_pixel)
    (s.channels, taps_of(rows[out.row]), taps_of(columns[out.column]), s.in_width, x + out.image * image,
     y + out.offset);
  });
}

void upsample_backward(Cpu, const UpsampleShape& s, const float* dy, float* dx) {
  const auto rows = transposed(axis_lists(s.mode, s.in_height, s.out_height), s.in_height);
  const auto columns = transposed(axis_lists(s.mode, s.in_width, s.out_width), s.in_width);
  const int64_t image = s.out_height * s.out_width * s.channels;
  for_each_pixel(s.batch, s.in_height, s.in_width, s.channels, [&](const Pixel& in) {
    HWY_DYNAMIC_DISPATCH(resample_pixel)
    (s.channels, taps_of(rows[in.row]), taps_of(columns[in.column]), s.out_width, dy + in.image * image,
     dx + in.offset);
  });
}

}  // namespace huegrad
#endif
