// Packing moves every value once per use of its block, so it is vectorised too: 4x4 transposes or plain
// copies.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/pack.cpp"
#include "kernels/cpu/pack.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/cpu/cache.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Four items at a time, 4x4 values by transposition.
HWY_INLINE void pack_four(const float* const* item, int64_t k, int64_t k_last, int64_t width, float* out) {
  const float *p0 = item[0], *p1 = item[1], *p2 = item[2], *p3 = item[3];
#if HWY_TARGET != HWY_SCALAR
  const hn::FixedTag<float, 4> d;
  for (; k + 4 <= k_last; k += 4, out += 4 * width) {
    const auto r0 = hn::LoadU(d, p0 + k), r1 = hn::LoadU(d, p1 + k);
    const auto r2 = hn::LoadU(d, p2 + k), r3 = hn::LoadU(d, p3 + k);
    const auto low02 = hn::InterleaveLower(d, r0, r2), low13 = hn::InterleaveLower(d, r1, r3);
    const auto high02 = hn::InterleaveUpper(d, r0, r2), high13 = hn::InterleaveUpper(d, r1, r3);
    hn::StoreU(hn::InterleaveLower(d, low02, low13), d, out);
    hn::StoreU(hn::InterleaveUpper(d, low02, low13), d, out + width);
    hn::StoreU(hn::InterleaveLower(d, high02, high13), d, out + 2 * width);
    hn::StoreU(hn::InterleaveUpper(d, high02, high13), d, out + 3 * width);
  }
#endif
  for (; k < k_last; ++k, out += width) {
    out[0] = p0[k];
    out[1] = p1[k];
    out[2] = p2[k];
    out[3] = p3[k];
  }
}

void pack_transposed(const float* const* item, int64_t depth, int64_t width, float* packed) {
  constexpr int64_t kRun =
      16;  // one cache line of every item: each is read once, what is written stays in L1
  for (int64_t k = 0; k < depth; k += kRun)
    for (int64_t i = 0; i < width; i += 4)
      pack_four(item + i, k, std::min(k + kRun, depth), width, packed + k * width + i);
}

// Slices ahead that are called to the caches: they lie apart.
constexpr int64_t kSlicesAhead = 16;

void pack_copied(const float* const* slice, int64_t length, int64_t depth, int64_t width, float* packed) {
  const hn::ScalableTag<float> d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  for (int64_t k = 0; k < depth; ++k) {
    const float* from = slice[k];
    const float* next = slice[std::min(k + kSlicesAhead, depth - 1)];
    for (int64_t i = 0; i < length; i += kCacheLineFloats) hwy::Prefetch(next + i);
    float* to = packed + k * width;
    int64_t i = 0;
    for (; i + lanes <= length; i += lanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
#if HWY_TARGET != HWY_SCALAR
    const hn::FixedTag<float, 4> four;
    for (; i + 4 <= length; i += 4) hn::StoreU(hn::LoadU(four, from + i), four, to + i);
#endif
    for (; i < length; ++i) to[i] = from[i];
  }
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(pack_transposed);
HWY_EXPORT(pack_copied);

const float* pack_zeros() {
  alignas(64) static const float zeros[kGemmDepth] = {};
  return zeros;
}

void pack_transposed(const float* const* item, int64_t depth, int64_t width, float* packed) {
  HWY_DYNAMIC_DISPATCH(pack_transposed)(item, depth, width, packed);
}

void pack_copied(const float* const* slice, int64_t length, int64_t depth, int64_t width, float* packed) {
  HWY_DYNAMIC_DISPATCH(pack_copied)(slice, length, depth, width, packed);
}

void MatrixOperand::pack(int64_t item_first, int64_t items, int64_t k_first, int64_t depth, int64_t width,
                         float* packed) const {
  const float* corner = data_ + item_first * item_stride_ + k_first * k_stride_;
  if (item_stride_ == 1) {
    const float* slice[kGemmDepth];
    for (int64_t k = 0; k < depth; ++k) slice[k] = corner + k * k_stride_;
    if (items < width) std::fill_n(packed, depth * width, 0.0f);
    pack_copied(slice, items, depth, width, packed);
  } else {
    const float* item[kGemmMaxWidth];
    for (int64_t i = 0; i < width; ++i) item[i] = i < items ? corner + i * item_stride_ : pack_zeros();
    pack_transposed(item, depth, width, packed);
  }
}

}  // namespace huegrad
#endif
