// Each map is a one-dimensional one applied to columns, then rows.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/winograd_transforms.cpp"
#include "kernels/cpu/winograd_transforms.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/cpu/cache.h"
#include "kernels/cpu/gemm_tile-inl.h"
#include "kernels/cpu/winograd_lines-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

// Along each axis a line: Rows on the columns of in (Rows::kIn, Columns::kIn), then Columns on the rows of
// what comes of it; out (Rows::kOut, Columns::kOut).
template <class Rows, class Columns>
HWY_INLINE void transform(const Vector* in, Vector* out) {
  Vector half[Rows::kOut * Columns::kIn];
#pragma GCC unroll 6
  for (int j = 0; j < Columns::kIn; ++j) Rows::apply(in + j, Columns::kIn, half + j, Columns::kIn);
#pragma GCC unroll 6
  for (int i = 0; i < Rows::kOut; ++i) Columns::apply(half + i * Columns::kIn, 1, out + i * Columns::kOut, 1);
}

// On every vector of channels; the last one overlaps its neighbour when channels are ragged. Elements are
// kPoints x kPoints, of which the tile has the first rows and columns.
template <class Rows, class Columns, int kPoints, class Store>
HWY_INLINE void transform_elements(const float* elements, int64_t stride, int64_t channels,
                                   const Store& store) {
  const int64_t lanes = int64_t(hn::Lanes(kTag));
  for (int64_t next = 0; next < channels; next += lanes) {
    const int64_t c = std::min(next, channels - lanes);
    Vector in[Rows::kIn * Columns::kIn], out[Rows::kOut * Columns::kOut];
    for (int i = 0; i < Rows::kIn; ++i)
      for (int j = 0; j < Columns::kIn; ++j)
        in[i * Columns::kIn + j] = hn::LoadU(kTag, elements + (i * kPoints + j) * stride + c);
    transform<Rows, Columns>(in, out);
    for (int i = 0; i < Rows::kOut * Columns::kOut; ++i) store(i, c, out[i]);
  }
}

// Channels ahead for which a tile's pixels, and the lines that its elements go to, are called to the caches:
// they lie in dozens of places, more than a processor follows by itself.
constexpr int64_t kPixelsAhead = 32, kElementsAhead = 64;

template <class Rows, class Columns, int kPoints>
void pixels_to_elements(const float* const* pixels, int64_t channels, const ElementLayout& elements) {
  const bool streamed = elements.streamed && kLanes == kCacheLineFloats;
  const auto transform_vector = [&](int64_t c, const auto& load) HWY_ATTR {
    Vector in[Rows::kIn * Columns::kIn], out[Rows::kOut * Columns::kOut];
    for (int i = 0; i < Rows::kIn * Columns::kIn; ++i)
      in[i] = pixels[i] ? load(pixels[i] + c) : hn::Zero(kTag);
    transform<Rows, Columns>(in, out);
    float* to = elements.memory + c / kPanelColumns * elements.panel + c % kPanelColumns;
    for (int i = 0; i < Rows::kIn * Columns::kIn; ++i)
      if (pixels[i]) hwy::Prefetch(pixels[i] + c + kPixelsAhead);
    for (int i = 0; i < Rows::kOut && !streamed; ++i)
      for (int j = 0; j < Columns::kOut; ++j)
        __builtin_prefetch(to + (i * kPoints + j) * elements.stride + kElementsAhead, 1);
    for (int i = 0; i < Rows::kOut; ++i)
      for (int j = 0; j < Columns::kOut; ++j)
        store(out[i * Columns::kOut + j], streamed, to + (i * kPoints + j) * elements.stride);
  };
  const int64_t whole = channels / kLanes * kLanes;
  for (int64_t c = 0; c < whole; c += kLanes)
    transform_vector(c, [](const float* x) HWY_ATTR { return hn::LoadU(kTag, x); });
  if (whole == channels) return;
  const auto rest = hn::FirstN(kTag, size_t(channels - whole));
  transform_vector(whole, [&](const float* x) HWY_ATTR { return hn::MaskedLoad(rest, kTag, x); });
}

template <class Rows, class Columns, int kPoints>
void elements_to_pixels(const float* elements, int64_t stride, int64_t channels,
                        const Conv2dEpilogue<float>& epilogue, bool streamed, float* const* pixels) {
  const bool around = streamed && kLanes == kCacheLineFloats;
  transform_elements<Rows, Columns, kPoints>(elements, stride, channels,
                                             [&](int i, int64_t c, Vector value) HWY_ATTR {
                                               if (pixels[i])
                                                 store(finish(epilogue, c, value), around, pixels[i] + c);
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

template <class Line>
void elements_to_kernel(const float* elements, int64_t stride, int64_t channels, float* dw) {
  transform_elements<Line, Line, Line::kIn>(elements, stride, channels,
                                            [&](int i, int64_t c, Vector value)
                                                HWY_ATTR { hn::StoreU(value, kTag, dw + i * channels + c); });
}

template <class Rows, class Columns, int kPoints>
TileMaps maps() {
  return {pixels_to_elements<typename Rows::Input, typename Columns::Input, kPoints>,
          elements_to_pixels<typename Rows::Output, typename Columns::Output, kPoints>,
          pixels_to_elements<typename Rows::OutputGradient, typename Columns::OutputGradient, kPoints>};
}

template <class Lines>
const WinogradAlgorithm& algorithm() {
  using Rest = typename Lines::Rest;
  constexpr int kPoints = Lines::Kernel::kOut;
  static const WinogradAlgorithm result = {Lines::Output::kOut,
                                           Lines::Kernel::kIn,
                                           Rest::Output::kOut,
                                           {{maps<Lines, Lines, kPoints>(), maps<Lines, Rest, kPoints>()},
                                            {maps<Rest, Lines, kPoints>(), maps<Rest, Rest, kPoints>()}},
                                           kernel_to_elements<typename Lines::Kernel>,
                                           elements_to_kernel<typename Lines::KernelGradient>};
  return result;
}

const WinogradAlgorithm& algorithm4x3() { return algorithm<Lines4x3>(); }
const WinogradAlgorithm& algorithm4x2() { return algorithm<Lines4x2>(); }

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(algorithm4x3);
HWY_EXPORT(algorithm4x2);

// Those of whichever instruction set the processor has.
const WinogradAlgorithm& winograd4x3() { return HWY_DYNAMIC_DISPATCH(algorithm4x3)(); }
const WinogradAlgorithm& winograd4x2() { return HWY_DYNAMIC_DISPATCH(algorithm4x2)(); }

}  // namespace huegrad
#endif
