// Every output row is first summed over its input rows, whole vectors along the width whatever the channels
// are; what is left is one row in the first-level cache, which is then resampled along the width.
// Products are rounded before they are added, so that bytes are the same on every processor, and on CUDA
// (kernels/cuda/resampling.h).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/resize.cpp"
#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/vectors-inl.h"
#include "kernels/resize_axis.h"

#ifndef HUEGRAD_KERNELS_CPU_RESIZE
#define HUEGRAD_KERNELS_CPU_RESIZE
namespace huegrad {

struct TapSpan {
  int64_t first, count;
};

// The taps of all outputs of an axis; those of output i have their weights from i * taps on, zeros behind
// them.
struct AxisTaps {
  static constexpr int64_t kGroup = 4;  // taps come in groups of so many

  explicit AxisTaps(const ResizeAxis& axis)
      : taps((axis.most_taps() + kGroup - 1) / kGroup * kGroup), weights(size_t(axis.to * taps)) {
    spans.reserve(size_t(axis.to));
    for (int64_t i = 0; i < axis.to; ++i) {
      const ResizeTaps input(axis, i);
      spans.push_back({input.first, input.count});
      for (int64_t k = 0; k < input.count; ++k) weights[size_t(i * taps + k)] = float(input.weight(k));
    }
  }

  int64_t taps;
  std::vector<float> weights;
  std::vector<TapSpan> spans;
};

}  // namespace huegrad
#endif

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

template <class D, class Sample>
HWY_INLINE hn::Vec<D> load_samples(D d, const Sample* x) {
  if constexpr (std::is_same_v<Sample, float>)
    return hn::LoadU(d, x);
  else
    return hn::ConvertTo(d, hn::PromoteTo(hn::RebindToSigned<D>(), hn::LoadU(hn::Rebind<Sample, D>(), x)));
}

// As resized_sample.
template <class D, class Sample>
HWY_INLINE void store_samples(D d, hn::Vec<D> value, Sample* y) {
  if constexpr (std::is_same_v<Sample, float>) {
    hn::StoreU(value, d, y);
  } else {
    const auto most = hn::Set(d, float(std::numeric_limits<Sample>::max()));
    const auto clamped = hn::Min(hn::Max(value, hn::Zero(d)), most);
    const auto rounded = hn::ConvertTo(hn::RebindToSigned<D>(), hn::Add(clamped, hn::Set(d, 0.5f)));
    const hn::Rebind<Sample, D> samples;
    hn::StoreU(hn::DemoteTo(samples, rounded), samples, y);
  }
}

// y[j] = sum_k weights[k] x[k, j], x (count, stride)
template <class Sample>
HWY_INLINE void sum_rows(int64_t count, int64_t stride, const float* weights, const Sample* x, float* y) {
  for_each_vector(stride, [=](auto d, int64_t j) HWY_ATTR {
    auto sum = hn::Zero(d);
    for (int64_t k = 0; k < count; ++k)
      sum = hn::Add(sum, hn::Mul(hn::Set(d, weights[k]), load_samples(d, x + k * stride + j)));
    hn::StoreU(sum, d, y + j);
  });
}

// One row along the width, x (width, channels), y (new_width, channels). Up to kGroup values may be read
// behind x and written behind y.
HWY_INLINE void resample_row(const AxisTaps& columns, int64_t channels, const float* HWY_RESTRICT x,
                             float* HWY_RESTRICT y) {
  const hn::CappedTag<float, AxisTaps::kGroup> d;
  const float* weights = columns.weights.data();
  const bool has_group = hn::MaxLanes(d) == AxisTaps::kGroup;
  for (const TapSpan& span : columns.spans) {
    const float* from = x + span.first * channels;
    if (has_group && channels == 1) {  // lanes are taps
      auto sum = hn::Zero(d);
      for (int64_t k = 0; k < span.count; k += AxisTaps::kGroup)
        sum = hn::MulAdd(hn::LoadU(d, weights + k), hn::LoadU(d, from + k), sum);
      *y = hn::GetLane(hn::SumOfLanes(d, sum));
    } else if (has_group && (channels == 3 || channels == 4)) {  // lanes are channels
      auto sum = hn::Zero(d);
      for (int64_t k = 0; k < span.count; ++k)
        sum = hn::Add(sum, hn::Mul(hn::Set(d, weights[k]), hn::LoadU(d, from + k * channels)));
      hn::StoreU(sum, d, y);
    } else {
      std::fill_n(y, channels, 0.0f);
      for (int64_t k = 0; k < span.count; ++k)
        for (int64_t c = 0; c < channels; ++c) y[c] += weights[k] * from[k * channels + c];
    }
    weights += columns.taps;
    y += channels;
  }
}

// Output rows [begin, end).
template <class Sample>
HWY_INLINE void resize_rows(const ResizeShape& s, const AxisTaps& rows, const AxisTaps& columns,
                            int64_t begin, int64_t end, const Sample* x, Sample* y) {
  const int64_t stride = s.width * s.channels, new_stride = s.new_width * s.channels;
  std::vector<float> row(size_t(stride + AxisTaps::kGroup)), narrow(size_t(new_stride + AxisTaps::kGroup));
  for (int64_t i = begin; i < end; ++i) {
    const TapSpan& span = rows.spans[size_t(i)];
    sum_rows(span.count, stride, rows.weights.data() + i * rows.taps, x + span.first * stride, row.data());
    resample_row(columns, s.channels, row.data(), narrow.data());
    for_each_vector(new_stride, [&](auto d, int64_t j) HWY_ATTR {
      store_samples(d, hn::LoadU(d, narrow.data() + j), y + i * new_stride + j);
    });
  }
}

// HWY_EXPORT takes no templates.
void resize_bytes(const ResizeShape& s, const AxisTaps& rows, const AxisTaps& columns, int64_t begin,
                  int64_t end, const uint8_t* x, uint8_t* y) {
  resize_rows(s, rows, columns, begin, end, x, y);
}
void resize_words(const ResizeShape& s, const AxisTaps& rows, const AxisTaps& columns, int64_t begin,
                  int64_t end, const uint16_t* x, uint16_t* y) {
  resize_rows(s, rows, columns, begin, end, x, y);
}
void resize_floats(const ResizeShape& s, const AxisTaps& rows, const AxisTaps& columns, int64_t begin,
                   int64_t end, const float* x, float* y) {
  resize_rows(s, rows, columns, begin, end, x, y);
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(resize_bytes);
HWY_EXPORT(resize_words);
HWY_EXPORT(resize_floats);

template <class Sample>
void resize(Cpu, const ResizeShape& s, const Sample* x, Sample* y) {
  if (s.height == s.new_height && s.width == s.new_width) {
    std::copy_n(x, s.input_size(), y);
    return;
  }
  const AxisTaps rows({s.height, s.new_height, s.filter}), columns({s.width, s.new_width, s.filter});
  const int64_t rows_of_one = std::max<int64_t>(1, s.height / s.new_height);
  parallel_for(0, s.new_height, row_grain(rows_of_one * std::max(s.width, s.new_width) * s.channels),
               [&](int64_t begin, int64_t end) {
                 if constexpr (std::is_same_v<Sample, uint8_t>)
                   HWY_DYNAMIC_DISPATCH(resize_bytes)(s, rows, columns, begin, end, x, y);
                 else if constexpr (std::is_same_v<Sample, uint16_t>)
                   HWY_DYNAMIC_DISPATCH(resize_words)(s, rows, columns, begin, end, x, y);
                 else
                   HWY_DYNAMIC_DISPATCH(resize_floats)(s, rows, columns, begin, end, x, y);
               });
}

template void resize(Cpu, const ResizeShape&, const uint8_t*, uint8_t*);
template void resize(Cpu, const ResizeShape&, const uint16_t*, uint16_t*);
template void resize(Cpu, const ResizeShape&, const float*, float*);

}  // namespace huegrad
#endif
