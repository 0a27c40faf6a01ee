// Everything but the exponential is a handful of operations on values in the first-level cache, so the
// arithmetic is the limit.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/joint_bilateral_upsample.cpp"
#include "kernels/cpu/joint_bilateral_upsample.h"

#include <algorithm>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/joint_bilateral_window-inl.h"
#include "kernels/parallel.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One output row of one image: guide (high_width), y (high_width, channels).
void forward_row(const JointBilateralShape& s, const JointBilateralPlanes& planes, int64_t image, int64_t row,
                 const float* guide, float* y) {
  WindowRow windows(s, planes, row);
  const float* guide_plane = planes.guide.data() + image * planes.plane_size;
  for (int64_t x = 0; x < s.high_width; ++x) {
    const Window& window = windows.at(x);
    for (int64_t c = 0; c < s.channels; c += 2) {  // the last of an odd number is computed twice
      const int64_t next = std::min(c + 1, s.channels - 1);
      const Sums sums = sum_window(window, planes, guide_plane, guide[x], planes.channel(image, c),
                                   planes.channel(image, next));
      y[x * s.channels + c] = sums.a / sums.k;
      y[x * s.channels + next] = sums.b / sums.k;
    }
  }
}

// Weights of a window into scratch (rows, vectors * lanes); returns their sum.
HWY_INLINE float store_weights(const Window& w, const JointBilateralPlanes& planes, const float* guide_plane,
                               float guide_value, float offset, float* scratch) {
  const Tag d;
  Vec k = hn::Zero(d);
  for_each_vector(w, planes, guide_plane, guide_value, offset, [&](int64_t, int64_t, Vec e) HWY_ATTR {
    const Vec weight = exp2_negative(e);
    hn::StoreU(weight, d, scratch);
    scratch += hn::Lanes(d);
    k = hn::Add(k, weight);
  });
  return sum_lanes(k);
}

// Adds the gradients of one output row to planes (channels, rows, stride) whose first row is `first_row`.
void backward_row(const JointBilateralShape& s, const JointBilateralPlanes& planes, int64_t image,
                  int64_t row, const float* guide, const float* dy, int64_t first_row, int64_t rows,
                  float* dx) {
  const Tag d;
  WindowRow windows(s, planes, row);
  const float* guide_plane = planes.guide.data() + image * planes.plane_size;
  std::vector<float> weights;
  for (int64_t x = 0; x < s.high_width; ++x) {
    const Window& w = windows.at(x);
    const int64_t width = w.vectors * int64_t(hn::Lanes(d));
    weights.resize(size_t((w.last_row - w.first_row + 1) * width));
    float k = store_weights(w, planes, guide_plane, guide[x], 0, weights.data());
    if (k < kLeastSum) {
      const float largest = largest_weight(w, planes, guide_plane, guide[x]);
      k = store_weights(w, planes, guide_plane, guide[x], largest, weights.data());
    }
    for (int64_t c = 0; c < s.channels; ++c) {
      const Vec scale = hn::Set(d, dy[x * s.channels + c] / k);
      const float* weight = weights.data();
      for (int64_t q = w.first_row; q <= w.last_row; ++q) {
        float* to = dx + (c * rows + q - first_row) * planes.stride + w.first_column;
        for (int64_t i = 0; i < width; i += hn::Lanes(d), weight += hn::Lanes(d))
          hn::StoreU(hn::MulAdd(scale, hn::LoadU(d, weight), hn::LoadU(d, to + i)), d, to + i);
      }
    }
  }
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(forward_row);
HWY_EXPORT(backward_row);

// So many pixels of a cell fill vectors well enough.
constexpr int64_t kCellPixels = 12;

void JointBilateralPlanes::fill(const JointBilateralShape& s, const float* x, const float* high_guide) {
  guide.assign(size_t(s.batch * plane_size), kFar);
  if (x) channels.assign(size_t(s.batch * s.channels * plane_size), 0);
  parallel_for(0, s.batch * s.low_height, 16, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t n = i / s.low_height, row = i % s.low_height;
      const int64_t high_row = n * s.high_height + nearest_pixel(row, s.low_height, s.high_height);
      for (int64_t q = 0; q < s.low_width; ++q) {
        const int64_t at = row * stride + q + s.radius;
        const int64_t high_column = nearest_pixel(q, s.low_width, s.high_width);
        guide[size_t(n * plane_size + at)] = guide_scale * high_guide[high_row * s.high_width + high_column];
        for (int64_t c = 0; x && c < s.channels; ++c)
          channels[size_t((n * s.channels + c) * plane_size + at)] =
              x[(i * s.low_width + q) * s.channels + c];
      }
    }
  });
}

void joint_bilateral_upsample_forward(Cpu, const JointBilateralShape& s, const float* x, const float* guide,
                                      float* y) {
  JointBilateralPlanes planes(s);
  planes.fill(s, x, guide);
  if (s.guide_size() >= kCellPixels * s.batch * s.low_height * s.low_width)
    return joint_bilateral_forward_cells(s, planes, guide, y);
  parallel_for(0, s.batch * s.high_height, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) HWY_DYNAMIC_DISPATCH(forward_row)
    (s, planes, i / s.high_height, i % s.high_height, guide + i * s.high_width,
     y + i * s.high_width * s.channels);
  });
}

// Output rows are dealt out in chunks, each with low-resolution planes of its own; these are added in the
// order of the chunks. The chunks depend on the shape alone, so the result is the same with any number of
// threads.
void joint_bilateral_upsample_backward(Cpu, const JointBilateralShape& s, const float* guide, const float* dy,
                                       float* dx) {
  constexpr int64_t kLowRowsPerChunk = 8;
  JointBilateralPlanes planes(s);
  planes.fill(s, nullptr, guide);
  const int64_t chunks = (s.low_height + kLowRowsPerChunk - 1) / kLowRowsPerChunk;
  const int64_t rows = kLowRowsPerChunk + 2 * s.radius + 2, chunk_size = s.channels * rows * planes.stride;
  const auto first_high_row = [&](int64_t chunk) { return s.high_height * chunk / chunks; };
  const auto first_low_row = [&](int64_t chunk) {
    return nearest_pixel(first_high_row(chunk), s.high_height, s.low_height) - s.radius;
  };
  std::vector<float> partial(size_t(s.batch * chunks * chunk_size));
  parallel_for(0, s.batch * chunks, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t n = i / chunks, chunk = i % chunks;
      for (int64_t row = first_high_row(chunk); row < first_high_row(chunk + 1); ++row) {
        const int64_t at = (n * s.high_height + row) * s.high_width;
        HWY_DYNAMIC_DISPATCH(backward_row)
        (s, planes, n, row, guide + at, dy + at * s.channels, first_low_row(chunk), rows,
         partial.data() + i * chunk_size);
      }
    }
  });
  parallel_for(0, s.batch * s.low_height, 16, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t n = i / s.low_height, row = i % s.low_height;
      float* to = dx + i * s.low_width * s.channels;
      std::fill_n(to, s.low_width * s.channels, 0.0f);
      for (int64_t chunk = 0; chunk < chunks; ++chunk) {
        const int64_t chunk_row = row - first_low_row(chunk);
        if (chunk_row < 0 || chunk_row >= rows) continue;
        const float* from = partial.data() + (n * chunks + chunk) * chunk_size + chunk_row * planes.stride;
        for (int64_t q = 0; q < s.low_width; ++q)
          for (int64_t c = 0; c < s.channels; ++c)
            to[q * s.channels + c] += from[c * rows * planes.stride + q + s.radius];
      }
    }
  });
}

}  // namespace huegrad
#endif
