// Rows are resampled along the width when they are first needed and kept while outputs need them: a window of
// few rows, which stays in the cache whatever the height of the image.
#include <algorithm>
#include <vector>

#include "kernels/cpu/elementwise.h"
#include "kernels/resize_axis.h"

namespace huegrad {
namespace {

struct Span {
  int64_t first, count;
};

// The taps of all outputs of an axis; those of output i have their weights from i * taps on.
struct Axis {
  explicit Axis(const ResizeAxis& axis) : taps(axis.most_taps()), weights(size_t(axis.to * taps)) {
    spans.reserve(size_t(axis.to));
    for (int64_t i = 0; i < axis.to; ++i) {
      const ResizeTaps input(axis, i);
      spans.push_back({input.first, input.count});
      for (int64_t k = 0; k < input.count; ++k) weights[size_t(i * taps + k)] = float(input.weight(k));
    }
  }

  int64_t taps;
  std::vector<float> weights;
  std::vector<Span> spans;
};

// `count` of the interleaved channels of a row.
template <int count, class Sample>
void narrow_channels(const Axis& columns, int64_t channels, const Sample* x, float* y) {
  const float* weights = columns.weights.data();
  for (const Span& span : columns.spans) {
    const Sample* from = x + span.first * channels;
    float sums[count] = {};
    for (int64_t k = 0; k < span.count; ++k, from += channels)
      for (int c = 0; c < count; ++c) sums[c] += weights[k] * float(from[c]);
    for (int c = 0; c < count; ++c) y[c] = sums[c];
    weights += columns.taps;
    y += channels;
  }
}

template <class Sample>
void narrow_row(const Axis& columns, int64_t channels, const Sample* x, float* y) {
  if (channels == 3) return narrow_channels<3>(columns, channels, x, y);
  for (int64_t c = 0; c < channels; ++c) narrow_channels<1>(columns, channels, x + c, y + c);
}

// Output rows [begin, end).
template <class Sample>
void resize_rows(const ResizeShape& s, const Axis& rows, const Axis& columns, int64_t begin, int64_t end,
                 const Sample* x, Sample* y) {
  const int64_t stride = s.new_width * s.channels;
  std::vector<float> window(size_t(rows.taps * stride)), sums(static_cast<size_t>(stride));
  const auto narrow = [&](int64_t row) { return window.data() + row % rows.taps * stride; };
  int64_t next = 0;  // row that is not in the window yet
  for (int64_t i = begin; i < end; ++i) {
    const auto [first, count] = rows.spans[size_t(i)];
    for (next = std::max(next, first); next < first + count; ++next)
      narrow_row(columns, s.channels, x + next * s.width * s.channels, narrow(next));
    std::ranges::fill(sums, 0.0f);
    for (int64_t k = 0; k < count; ++k) {
      const float weight = rows.weights[size_t(i * rows.taps + k)];
      const float* from = narrow(first + k);
      for (int64_t j = 0; j < stride; ++j) sums[size_t(j)] += weight * from[j];
    }
    for (int64_t j = 0; j < stride; ++j) y[i * stride + j] = resized_sample<Sample>(sums[size_t(j)]);
  }
}

}  // namespace

template <class Sample>
void resize(Cpu, const ResizeShape& s, const Sample* x, Sample* y) {
  if (s.height == s.new_height && s.width == s.new_width) {
    std::copy_n(x, s.input_size(), y);
    return;
  }
  const Axis rows({s.height, s.new_height, s.filter}), columns({s.width, s.new_width, s.filter});
  const int64_t rows_of_one = std::max<int64_t>(1, s.height / s.new_height);
  parallel_for(0, s.new_height, row_grain(rows_of_one * std::max(s.width, s.new_width) * s.channels),
               [&](int64_t begin, int64_t end) { resize_rows(s, rows, columns, begin, end, x, y); });
}

template void resize(Cpu, const ResizeShape&, const uint8_t*, uint8_t*);
template void resize(Cpu, const ResizeShape&, const uint16_t*, uint16_t*);
template void resize(Cpu, const ResizeShape&, const float*, float*);

}  // namespace huegrad
