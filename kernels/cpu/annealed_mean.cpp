// One row at a time, its exponentials in the first-level cache; bound by the exponential.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/annealed_mean.cpp"
#include "kernels/annealed_mean.h"

#include <vector>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/softmax-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// a, b: the two columns of the centres; e: room for one row
void annealed_mean_row(const AnnealedMeanShape& s, const float* z, const float* a, const float* b, float* e,
                       float* ab) {
  const float sum = exponentials(s.bins, z, max_of(s.bins, z), float(1 / s.temperature), e);
  VectorSum<float> sum_a, sum_b;
  for_each_vector(s.bins, [&](auto d, int64_t q) HWY_ATTR {
    const auto weight = hn::LoadU(d, e + q);
    sum_a.add(d, hn::Mul(weight, hn::LoadU(d, a + q)));
    sum_b.add(d, hn::Mul(weight, hn::LoadU(d, b + q)));
  });
  ab[0] = sum_a.total() / sum;
  ab[1] = sum_b.total() / sum;
}

void annealed_mean_gradient_row(const AnnealedMeanShape& s, const float* z, const float* a, const float* b,
                                const float* ab, const float* dab, float* dz) {
  const float sum = exponentials(s.bins, z, max_of(s.bins, z), float(1 / s.temperature), dz);
  const float mean_a = ab[0], mean_b = ab[1], da = dab[0], db = dab[1];
  const auto factor = float(1 / (sum * s.temperature));
  for_each_vector(s.bins, [=](auto d, int64_t q) HWY_ATTR {
    const auto along_a = hn::Mul(hn::Sub(hn::LoadU(d, a + q), hn::Set(d, mean_a)), hn::Set(d, da));
    const auto along_b = hn::Mul(hn::Sub(hn::LoadU(d, b + q), hn::Set(d, mean_b)), hn::Set(d, db));
    const auto p = hn::Mul(hn::LoadU(d, dz + q), hn::Set(d, factor));
    hn::StoreU(hn::Mul(p, hn::Add(along_a, along_b)), d, dz + q);
  });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(annealed_mean_row);
HWY_EXPORT(annealed_mean_gradient_row);

namespace {

// One column of the (bins, 2) centres, contiguous.
std::vector<float> column(const float* centers, int64_t bins, int64_t which) {
  std::vector<float> values(bins);
  for (int64_t q = 0; q < bins; ++q) values[q] = centers[2 * q + which];
  return values;
}

}  // namespace

void annealed_mean_forward(Cpu, const AnnealedMeanShape& s, const float* logits, const float* centers,
                           float* ab) {
  const auto a = column(centers, s.bins, 0), b = column(centers, s.bins, 1);
  parallel_for(0, s.rows, row_grain(s.bins), [&](int64_t first, int64_t last) {
    std::vector<float> e(s.bins);
    for (int64_t i = first; i < last; ++i) HWY_DYNAMIC_DISPATCH(annealed_mean_row)
    (s, logits + i * s.bins, a.data(), b.data(), e.data(), ab + 2 * i);
  });
}

void annealed_mean_backward(Cpu, const AnnealedMeanShape& s, const float* logits, const float* centers,
                            const float* ab, const float* dab, float* dlogits) {
  const auto a = column(centers, s.bins, 0), b = column(centers, s.bins, 1);
  parallel_for(0, s.rows, row_grain(s.bins), [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) HWY_DYNAMIC_DISPATCH(annealed_mean_gradient_row)
    (s, logits + i * s.bins, a.data(), b.data(), ab + 2 * i, dab + 2 * i, dlogits + i * s.bins);
  });
}

}  // namespace huegrad
#endif
