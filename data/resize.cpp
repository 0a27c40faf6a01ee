#include "data/resize.h"

#include <algorithm>
#include <cmath>

#include "kernels/parallel.h"

namespace huegrad {
namespace {

double weight(ResizeFilter filter, double t) {
  t = std::abs(t);
  if (filter == ResizeFilter::triangle) return std::max(0.0, 1 - t);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

// Which inputs make output i along one axis: `count` from `first` on, with weights at `taps * i`.
struct Axis {
  struct Span {
    int64_t first, count;
  };
  std::vector<Span> spans;
  std::vector<float> weights;
  int64_t taps;

  const float* at(int64_t i) const { return weights.data() + i * taps; }
};

Axis make_axis(int64_t from, int64_t to, ResizeFilter filter) {
  const double scale = double(from) / double(to), stretch = std::max(1.0, scale);
  const double reach = (filter == ResizeFilter::cubic ? 2 : 1) * stretch;
  Axis axis;
  axis.taps = int64_t(std::ceil(2 * reach)) + 1;
  axis.weights.resize(size_t(to * axis.taps));
  for (int64_t i = 0; i < to; ++i) {
    const double center = (double(i) + 0.5) * scale - 0.5;
    const int64_t first = std::max<int64_t>(0, int64_t(std::ceil(center - reach)));
    const int64_t last = std::min(from - 1, int64_t(std::floor(center + reach)));
    double sum = 0;
    for (int64_t q = first; q <= last; ++q) sum += weight(filter, (double(q) - center) / stretch);
    for (int64_t q = first; q <= last; ++q)
      axis.weights[size_t(i * axis.taps + q - first)] =
          float(weight(filter, (double(q) - center) / stretch) / sum);
    axis.spans.push_back({first, last - first + 1});
  }
  return axis;
}

// One row of `channels` interleaved channels.
template <class Sample>
void resize_row(const Axis& axis, int64_t channels, const Sample* x, float* y) {
  for (size_t i = 0; i < axis.spans.size(); ++i) {
    const auto [first, count] = axis.spans[i];
    const float* weights = axis.at(int64_t(i));
    for (int64_t c = 0; c < channels; ++c) {
      const Sample* from = x + first * channels + c;
      float sum = 0;
      for (int64_t k = 0; k < count; ++k) sum += weights[k] * float(from[k * channels]);
      *y++ = sum;
    }
  }
}

// Rows first, into (height, new_width, channels), then columns; store(value, offset in the result) takes each
// value.
template <class Sample, class Store>
void resize_plane(const Sample* x, int64_t height, int64_t width, int64_t channels, int64_t new_height,
                  int64_t new_width, ResizeFilter filter, Store store) {
  const Axis columns = make_axis(width, new_width, filter), rows = make_axis(height, new_height, filter);
  const int64_t stride = new_width * channels;
  std::vector<float> narrow(size_t(height * stride));
  parallel_for(0, height, 8, [&](int64_t first, int64_t last) {
    for (int64_t y = first; y < last; ++y)
      resize_row(columns, channels, x + y * width * channels, narrow.data() + y * stride);
  });
  parallel_for(0, new_height, 8, [&](int64_t first, int64_t last) {
    std::vector<float> sums(static_cast<size_t>(stride));
    for (int64_t y = first; y < last; ++y) {
      std::ranges::fill(sums, 0.0f);
      for (int64_t k = 0; k < rows.spans[size_t(y)].count; ++k) {
        const float row_weight = rows.at(y)[k];
        const float* from = narrow.data() + (rows.spans[size_t(y)].first + k) * stride;
        for (int64_t i = 0; i < stride; ++i) sums[size_t(i)] += row_weight * from[i];
      }
      for (int64_t i = 0; i < stride; ++i) store(sums[size_t(i)], y * stride + i);
    }
  });
}

}  // namespace

std::vector<float> resize(std::span<const float> x, int64_t height, int64_t width, int64_t channels,
                          int64_t new_height, int64_t new_width, ResizeFilter filter) {
  std::vector<float> y(size_t(new_height * new_width * channels));
  resize_plane(x.data(), height, width, channels, new_height, new_width, filter,
               [&](float value, int64_t at) { y[size_t(at)] = value; });
  return y;
}

Image resize(const Image& image, int64_t new_width, int64_t new_height, ResizeFilter filter) {
  Image result = Image::make(new_width, new_height, image.channels, image.bit_depth);
  const auto run = [&](const auto& from, auto& to) {
    using Sample = std::decay_t<decltype(to[0])>;
    const float most = float(image.max_value());
    resize_plane(
        from.data(), image.height, image.width, image.channels, new_height, new_width, filter,
        [&](float value, int64_t at) { to[size_t(at)] = Sample(std::clamp(value, 0.0f, most) + 0.5f); });
  };
  if (image.bit_depth == 16)
    run(image.samples16, result.samples16);
  else
    run(image.samples8, result.samples8);
  return result;
}

LabelMap resize_nearest(const LabelMap& map, int64_t new_width, int64_t new_height) {
  LabelMap result{.width = new_width, .height = new_height};
  result.labels.reserve(size_t(new_width * new_height));
  for (int64_t y = 0; y < new_height; ++y) {
    const uint8_t* row = map.labels.data() + (2 * y + 1) * map.height / (2 * new_height) * map.width;
    for (int64_t x = 0; x < new_width; ++x)
      result.labels.push_back(row[(2 * x + 1) * map.width / (2 * new_width)]);
  }
  return result;
}

}  // namespace huegrad
