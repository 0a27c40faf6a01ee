// Each map is a one-dimensional one applied to columns, then rows.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/winograd_transforms.cpp"
#include "kernels/cpu/winograd_transforms.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include <algorithm>

#include "kernels/cpu/cache.h"
#include "kernels/cpu/gemm_tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

HWY_INLINE Vector times(float factor, Vector value) { return hn::Mul(hn::Set(kTag, factor), value); }
HWY_INLINE Vector plus_times(Vector sum, float factor, Vector value) {
  return hn::MulAdd(hn::Set(kTag, factor), value, sum);
}

struct InputLine {  // B^T
  static constexpr int kIn = 6, kOut = 6;
  static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
    const Vector d0 = d[0], d1 = d[from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from];
    const Vector even = plus_times(d4, -4, d2), odd = plus_times(d3, -4, d1);
    const Vector even2 = hn::Sub(d4, d2), odd2 = times(2, hn::Sub(d3, d1));
    o[0] = plus_times(plus_times(d4, -5, d2), 4, d0);
    o[to] = hn::Add(even, odd);
    o[2 * to] = hn::Sub(even, odd);
    o[3 * to] = hn::Add(even2, odd2);
    o[4 * to] = hn::Sub(even2, odd2);
    o[5 * to] = plus_times(plus_times(d[5 * from], -5, d3), 4, d1);
  }
};

struct OutputLine {  // A^T
  static constexpr int kIn = 6, kOut = 4;
  static HWY_INLINE void apply(const Vector* m, int from, Vector* o, int to) {
    const Vector sum1 = hn::Add(m[from], m[2 * from]), difference1 = hn::Sub(m[from], m[2 * from]);
    const Vector sum2 = hn::Add(m[3 * from], m[4 * from]), difference2 = hn::Sub(m[3 * from], m[4 * from]);
    o[0] = hn::Add(m[0], hn::Add(sum1, sum2));
    o[to] = plus_times(difference1, 2, difference2);
    o[2 * to] = plus_times(sum1, 4, sum2);
    o[3 * to] = hn::Add(plus_times(difference1, 8, difference2), m[5 * from]);
  }
};

struct OutputGradientLine {  // A
  static constexpr int kIn = 4, kOut = 6;
  static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
    const Vector d0 = d[0], d1 = d[from], d2 = d[2 * from], d3 = d[3 * from];
    const Vector even = hn::Add(d0, d2), odd = hn::Add(d1, d3);
    const Vector even2 = plus_times(d0, 4, d2), odd2 = plus_times(times(2, d1), 8, d3);
    o[0] = d0;
    o[to] = hn::Add(even, odd);
    o[2 * to] = hn::Sub(even, odd);
    o[3 * to] = hn::Add(even2, odd2);
    o[4 * to] = hn::Sub(even2, odd2);
    o[5 * to] = d3;
  }
};

struct KernelLine {  // G
  static constexpr int kIn = 3, kOut = 6;
  static HWY_INLINE void apply(const Vector* g, int from, Vector* o, int to) {
    const Vector g0 = g[0], g1 = g[from], g2 = g[2 * from];
    const Vector outer = times(-1.0f / 6, hn::Add(g0, g2)), inner = times(1.0f / 6, g1);
    const Vector outer2 = plus_times(times(1.0f / 6, g2), 1.0f / 24, g0), inner2 = times(1.0f / 12, g1);
    o[0] = times(0.25f, g0);
    o[to] = hn::Sub(outer, inner);
    o[2 * to] = hn::Add(outer, inner);
    o[3 * to] = hn::Add(outer2, inner2);
    o[4 * to] = hn::Sub(outer2, inner2);
    o[5 * to] = g2;
  }
};

struct KernelGradientLine {  // G^T
  static constexpr int kIn = 6, kOut = 3;
  static HWY_INLINE void apply(const Vector* u, int from, Vector* o, int to) {
    const Vector sum1 = hn::Add(u[from], u[2 * from]), difference1 = hn::Sub(u[2 * from], u[from]);
    const Vector sum2 = hn::Add(u[3 * from], u[4 * from]), difference2 = hn::Sub(u[3 * from], u[4 * from]);
    o[0] = plus_times(plus_times(times(0.25f, u[0]), -1.0f / 6, sum1), 1.0f / 24, sum2);
    o[to] = plus_times(times(1.0f / 6, difference1), 1.0f / 12, difference2);
    o[2 * to] = plus_times(u[5 * from], 1.0f / 6, hn::Sub(sum2, sum1));
  }
};

// F(4, 2): the points 0, 1, -1, 2 and infinity. y_i = d_i g0 + d_(i+1) g1.
struct ShortInputLine {
  static constexpr int kIn = 5, kOut = 5;
  static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
    const Vector d1 = d[from], d2 = d[2 * from], d3 = d[3 * from];
    const Vector difference = hn::Sub(d3, d1), middle = hn::Sub(d3, d2);
    o[0] = plus_times(difference, 2, hn::Sub(d[0], d2));
    o[to] = plus_times(middle, -2, d1);
    o[2 * to] = plus_times(middle, 2, hn::Sub(d1, d2));
    o[3 * to] = difference;
    o[4 * to] = plus_times(hn::Sub(d[4 * from], d2), -2, difference);
  }
};

struct ShortOutputLine {
  static constexpr int kIn = 5, kOut = 4;
  static HWY_INLINE void apply(const Vector* m, int from, Vector* o, int to) {
    const Vector sum = hn::Add(m[from], m[2 * from]), difference = hn::Sub(m[from], m[2 * from]);
    const Vector m3 = m[3 * from];
    o[0] = hn::Add(m[0], hn::Add(sum, m3));
    o[to] = plus_times(difference, 2, m3);
    o[2 * to] = plus_times(sum, 4, m3);
    o[3 * to] = hn::Add(plus_times(difference, 8, m3), m[4 * from]);
  }
};

struct ShortOutputGradientLine {
  static constexpr int kIn = 4, kOut = 5;
  static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
    const Vector d0 = d[0], d1 = d[from], d2 = d[2 * from], d3 = d[3 * from];
    const Vector even = hn::Add(d0, d2), odd = hn::Add(d1, d3);
    o[0] = d0;
    o[to] = hn::Add(even, odd);
    o[2 * to] = hn::Sub(even, odd);
    o[3 * to] = plus_times(plus_times(plus_times(d0, 2, d1), 4, d2), 8, d3);
    o[4 * to] = d3;
  }
};

struct ShortKernelLine {
  static constexpr int kIn = 2, kOut = 5;
  static HWY_INLINE void apply(const Vector* g, int from, Vector* o, int to) {
    const Vector g0 = g[0], g1 = g[from];
    o[0] = times(0.5f, g0);
    o[to] = times(-0.5f, hn::Add(g0, g1));
    o[2 * to] = times(1.0f / 6, hn::Sub(g1, g0));
    o[3 * to] = plus_times(times(1.0f / 6, g0), 1.0f / 3, g1);
    o[4 * to] = g1;
  }
};

struct ShortKernelGradientLine {
  static constexpr int kIn = 5, kOut = 2;
  static HWY_INLINE void apply(const Vector* u, int from, Vector* o, int to) {
    const Vector half = times(-0.5f, u[from]), u2 = u[2 * from], u3 = u[3 * from];
    o[0] = plus_times(plus_times(half, 0.5f, u[0]), 1.0f / 6, hn::Sub(u3, u2));
    o[to] = plus_times(plus_times(hn::Add(half, u[4 * from]), 1.0f / 6, u2), 1.0f / 3, u3);
  }
};

// Line on the columns of in (kIn, kIn), then on the rows: out (kOut, kOut).
template <class Line>
HWY_INLINE void transform(const Vector* in, Vector* out) {
  Vector half[Line::kOut * Line::kIn];
#pragma GCC unroll 6
  for (int j = 0; j < Line::kIn; ++j) Line::apply(in + j, Line::kIn, half + j, Line::kIn);
#pragma GCC unroll 6
  for (int i = 0; i < Line::kOut; ++i) Line::apply(half + i * Line::kIn, 1, out + i * Line::kOut, 1);
}

// Line on every vector of channels; the last one overlaps its neighbour when channels are ragged.
template <class Line, class Load, class Store>
HWY_INLINE void transform_channels(int64_t channels, const Load& load, const Store& store) {
  const int64_t lanes = int64_t(hn::Lanes(kTag));
  for (int64_t next = 0; next < channels; next += lanes) {
    const int64_t c = std::min(next, channels - lanes);
    Vector in[Line::kIn * Line::kIn], out[Line::kOut * Line::kOut];
    for (int i = 0; i < Line::kIn * Line::kIn; ++i) in[i] = load(i, c);
    transform<Line>(in, out);
    for (int i = 0; i < Line::kOut * Line::kOut; ++i) store(i, c, out[i]);
  }
}

template <class Line>
HWY_INLINE void pixels_to_elements(const float* const* pixels, int64_t channels,
                                   const ElementLayout& elements) {
  const bool streamed = elements.streamed && kLanes == kCacheLineFloats;
  const auto transform_vector = [&](int64_t c, const auto& load) HWY_ATTR {
    Vector in[Line::kIn * Line::kIn], out[Line::kOut * Line::kOut];
    for (int i = 0; i < Line::kIn * Line::kIn; ++i) in[i] = pixels[i] ? load(pixels[i] + c) : hn::Zero(kTag);
    transform<Line>(in, out);
    float* to = elements.memory + c / kPanelColumns * elements.panel + c % kPanelColumns;
    for (int e = 0; e < Line::kOut * Line::kOut; ++e) store(out[e], streamed, to + e * elements.stride);
  };
  const int64_t whole = channels / kLanes * kLanes;
  for (int64_t c = 0; c < whole; c += kLanes)
    transform_vector(c, [](const float* x) HWY_ATTR { return hn::LoadU(kTag, x); });
  if (whole == channels) return;
  const auto rest = hn::FirstN(kTag, size_t(channels - whole));
  transform_vector(whole, [&](const float* x) HWY_ATTR { return hn::MaskedLoad(rest, kTag, x); });
}

template <class Line>
void elements_to_pixels(const float* elements, int64_t stride, int64_t channels,
                        const Conv2dEpilogue<float>& epilogue, bool streamed, float* const* pixels) {
  const bool around = streamed && kLanes == kCacheLineFloats;
  transform_channels<Line>(
      channels, [&](int e, int64_t c) HWY_ATTR { return hn::LoadU(kTag, elements + e * stride + c); },
      [&](int i, int64_t c, Vector value) HWY_ATTR {
        if (pixels[i]) store(finish(epilogue, c, value), around, pixels[i] + c);
      });
}

// The row of G that makes an element column, read off the unit vectors.
template <class Line>
HWY_INLINE void kernel_factors(int64_t column, Vector* factor) {
  for (int s = 0; s < Line::kIn; ++s) {
    Vector unit[Line::kIn], image[Line::kOut];
    for (int i = 0; i < Line::kIn; ++i) unit[i] = hn::Set(kTag, i == s ? 1.0f : 0.0f);
    Line::apply(unit, 1, image, 1);
    factor[s] = image[column];
  }
}

template <class Line>
void kernel_to_elements(const float* HWY_RESTRICT w, int64_t size, int64_t column,
                        float* HWY_RESTRICT elements, int64_t stride) {
  Vector factor[Line::kIn];
  kernel_factors<Line>(column, factor);
  for (int64_t c = 0; c < size; c += kLanes) {
    Vector row[Line::kIn], out[Line::kOut];
    for (int r = 0; r < Line::kIn; ++r) {
      row[r] = hn::Mul(factor[0], hn::Load(kTag, w + r * Line::kIn * size + c));
      for (int s = 1; s < Line::kIn; ++s)
        row[r] = hn::MulAdd(factor[s], hn::Load(kTag, w + (r * Line::kIn + s) * size + c), row[r]);
    }
    Line::apply(row, 1, out, 1);
    for (int i = 0; i < Line::kOut; ++i) hn::Store(out[i], kTag, elements + i * stride + c);
  }
}

void input4x3(const float* const* pixels, int64_t channels, const ElementLayout& elements) {
  pixels_to_elements<InputLine>(pixels, channels, elements);
}
void input4x2(const float* const* pixels, int64_t channels, const ElementLayout& elements) {
  pixels_to_elements<ShortInputLine>(pixels, channels, elements);
}

void output4x3(const float* elements, int64_t stride, int64_t channels, const Conv2dEpilogue<float>& epilogue,
               bool streamed, float* const* pixels) {
  elements_to_pixels<OutputLine>(elements, stride, channels, epilogue, streamed, pixels);
}
void output4x2(const float* elements, int64_t stride, int64_t channels, const Conv2dEpilogue<float>& epilogue,
               bool streamed, float* const* pixels) {
  elements_to_pixels<ShortOutputLine>(elements, stride, channels, epilogue, streamed, pixels);
}

void kernel4x3(const float* w, int64_t size, int64_t column, float* elements, int64_t stride) {
  kernel_to_elements<KernelLine>(w, size, column, elements, stride);
}
void kernel4x2(const float* w, int64_t size, int64_t column, float* elements, int64_t stride) {
  kernel_to_elements<ShortKernelLine>(w, size, column, elements, stride);
}

void output_gradient4x3(const float* const* pixels, int64_t channels, const ElementLayout& elements) {
  pixels_to_elements<OutputGradientLine>(pixels, channels, elements);
}
void output_gradient4x2(const float* const* pixels, int64_t channels, const ElementLayout& elements) {
  pixels_to_elements<ShortOutputGradientLine>(pixels, channels, elements);
}

template <class Line>
void elements_to_kernel(const float* elements, int64_t stride, int64_t channels, float* dw) {
  transform_channels<Line>(
      channels, [&](int e, int64_t c) HWY_ATTR { return hn::LoadU(kTag, elements + e * stride + c); },
      [&](int i, int64_t c, Vector value) HWY_ATTR { hn::StoreU(value, kTag, dw + i * channels + c); });
}

void kernel_gradient4x3(const float* elements, int64_t stride, int64_t channels, float* dw) {
  elements_to_kernel<KernelGradientLine>(elements, stride, channels, dw);
}
void kernel_gradient4x2(const float* elements, int64_t stride, int64_t channels, float* dw) {
  elements_to_kernel<ShortKernelGradientLine>(elements, stride, channels, dw);
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(input4x3);
HWY_EXPORT(input4x2);
HWY_EXPORT(output4x3);
HWY_EXPORT(output4x2);
HWY_EXPORT(kernel4x3);
HWY_EXPORT(kernel4x2);
HWY_EXPORT(output_gradient4x3);
HWY_EXPORT(output_gradient4x2);
HWY_EXPORT(kernel_gradient4x3);
HWY_EXPORT(kernel_gradient4x2);

// Calls whichever version the processor has.
#define HUEGRAD_WINOGRAD(m, r)                                                                           \
  const WinogradAlgorithm kWinograd##m##x##r = {                                                         \
      m,                                                                                                 \
      r,                                                                                                 \
      [](const float* const* pixels, int64_t channels, const ElementLayout& elements) {                  \
        HWY_DYNAMIC_DISPATCH(input##m##x##r)(pixels, channels, elements);                                \
      },                                                                                                 \
      [](const float* elements, int64_t stride, int64_t channels, const Conv2dEpilogue<float>& epilogue, \
         bool streamed, float* const* pixels) {                                                          \
        HWY_DYNAMIC_DISPATCH(output##m##x##r)(elements, stride, channels, epilogue, streamed, pixels);   \
      },                                                                                                 \
      [](const float* w, int64_t size, int64_t column, float* elements, int64_t stride) {                \
        HWY_DYNAMIC_DISPATCH(kernel##m##x##r)(w, size, column, elements, stride);                        \
      },                                                                                                 \
      [](const float* const* pixels, int64_t channels, const ElementLayout& elements) {                  \
        HWY_DYNAMIC_DISPATCH(output_gradient##m##x##r)(pixels, channels, elements);                      \
      },                                                                                                 \
      [](const float* elements, int64_t stride, int64_t channels, float* kernel) {                       \
        HWY_DYNAMIC_DISPATCH(kernel_gradient##m##x##r)(elements, stride, channels, kernel);              \
      }};
HUEGRAD_WINOGRAD(4, 3)
HUEGRAD_WINOGRAD(4, 2)
#undef HUEGRAD_WINOGRAD

}  // namespace huegrad
#endif
