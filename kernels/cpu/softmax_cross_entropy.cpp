// One row at a time: it is read from memory once, stays in the first-level cache for its maximum, its
// exponentials and its gradient, and is written once.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/softmax_cross_entropy.cpp"
#include "kernels/softmax_cross_entropy.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/softmax-inl.h"
#include "kernels/loss_scale.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One row against k (index, weight) pairs, all weights 1 where weight is null. Returns the loss and leaves
// its gradient in dz.
float row_loss(int64_t classes, const float* z, int64_t k, const int32_t* index, const float* weight,
               double factor, float* dz) {
  const float largest = max_of(classes, z);
  const float sum = exponentials(classes, z, largest, 1, dz);
  double mass = 0, dot = 0;
  for (int64_t j = 0; j < k; ++j) {
    const double t = weight ? weight[j] : 1;
    mass += t;
    dot += t * (double(z[index[j]]) - largest);
  }
  const auto softmax_factor = float(factor * mass / sum);
  for_each_vector(classes, [=](auto d, int64_t q) HWY_ATTR {
    hn::StoreU(hn::Mul(hn::LoadU(d, dz + q), hn::Set(d, softmax_factor)), d, dz + q);
  });
  for (int64_t j = 0; j < k; ++j) dz[index[j]] -= float(weight ? factor * weight[j] : factor);
  return float(factor * (std::log(double(sum)) * mass - dot));
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(row_loss);

namespace {

// factor(row): scale times the weight of the row.
template <class Factor>
void loss_of_rows(const SoftmaxCrossEntropyShape& s, int64_t k, const float* logits, const int32_t* index,
                  const float* weight, const Factor& factor, float* loss, float* dlogits) {
  parallel_for(0, s.rows, row_grain(s.classes), [&](int64_t first, int64_t last) {
    std::vector<float> unwanted(dlogits ? 0 : s.classes);
    for (int64_t i = first; i < last; ++i) {
      float* dz = dlogits ? dlogits + i * s.classes : unwanted.data();
      const double row_factor = factor(i);
      if (row_factor == 0) {  // whatever the logits: 0 * infinity must not reach the output
        loss[i] = 0;
        std::fill_n(dz, s.classes, 0.0f);
        continue;
      }
      loss[i] = HWY_DYNAMIC_DISPATCH(row_loss)(s.classes, logits + i * s.classes, k, index + i * k,
                                               weight ? weight + i * k : nullptr, row_factor, dz);
    }
  });
}

}  // namespace

void softmax_cross_entropy_scale(Cpu, const SoftmaxCrossEntropyShape& s, const IntegerTargets<float>& targets,
                                 const LossScale& options, float* scale) {
  *scale = float(loss_scale(options, s.rows, integer_target_weight(targets)));
}

void softmax_cross_entropy_scale(Cpu, const SoftmaxCrossEntropyShape& s, const SparseTargets<float>& targets,
                                 const LossScale& options, float* scale) {
  *scale = float(loss_scale(options, s.rows, sparse_target_weight(targets)));
}

void softmax_cross_entropy(Cpu, const SoftmaxCrossEntropyShape& s, const float* logits,
                           const IntegerTargets<float>& targets, const float* scale, float* loss,
                           float* dlogits) {
  const auto factor = [&](int64_t i) {
    const int32_t label = targets.index[i];
    if (label == targets.ignore_index) return 0.0;
    const double class_weight = targets.class_weight ? targets.class_weight[label] : 1;
    return double(*scale) * class_weight * (targets.row_weight ? targets.row_weight[i] : 1);
  };
  loss_of_rows(s, 1, logits, targets.index, nullptr, factor, loss, dlogits);
}

void softmax_cross_entropy(Cpu, const SoftmaxCrossEntropyShape& s, const float* logits,
                           const SparseTargets<float>& targets, const float* scale, float* loss,
                           float* dlogits) {
  const auto factor = [&](int64_t i) {
    return double(*scale) * (targets.row_weight ? targets.row_weight[i] : 1);
  };
  loss_of_rows(s, s.targets_per_row, logits, targets.index, targets.weight, factor, loss, dlogits);
}

}  // namespace huegrad
#endif
