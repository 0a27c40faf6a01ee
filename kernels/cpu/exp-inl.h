// The exponential of numbers that are not positive: all that a softmax or a sigmoid needs, at half the
// instructions of a general one. Compiled once per instruction set.
#if defined(HUEGRAD_KERNELS_CPU_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HUEGRAD_KERNELS_CPU_EXP_INL_H_
#undef HUEGRAD_KERNELS_CPU_EXP_INL_H_
#else
#define HUEGRAD_KERNELS_CPU_EXP_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// exp(x) for x <= 0, relative error below 2e-7; zero below -87, where floats begin to lose digits. NaN stays
// NaN. exp(x) = 2^n * exp(r) with n = round(x / ln 2), r = x - n ln 2 in [-ln 2 / 2, ln 2 / 2].
template <class D, class V>
HWY_INLINE V exp_nonpositive(D d, V x) {
  const hn::RebindToSigned<D> di;
  // Added to a small number, 1.5 * 2^23 leaves it rounded to an integer in the lowest bits.
  const auto rounder = hn::Set(d, 12582912.0f);
  const auto shifted = hn::MulAdd(x, hn::Set(d, 1.44269504f), rounder);
  const auto n = hn::Sub(shifted, rounder);
  // ln 2 in two parts; the first has so few bits that its product with n is exact.
  auto r = hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x);
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194442e-4f), r);
  // Minimax polynomial of (exp(r) - 1 - r) / r^2, by Remez's algorithm.
  auto p = hn::MulAdd(hn::Set(d, 0x1.6a2352p-10f), r, hn::Set(d, 0x1.123a6cp-7f));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.5558f4p-5f));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.555490p-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 0x1.fffffcp-2f));
  p = hn::MulAdd(p, hn::Mul(r, r), hn::Add(r, hn::Set(d, 1.0f)));
  // n, shifted into the place of the exponent, multiplies by 2^n.
  const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, shifted));
  const auto scaled = hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
  return hn::IfThenZeroElse(hn::Lt(x, hn::Set(d, -87.0f)), scaled);
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
