#include "kernels/softmax_cross_entropy.h"

#include <algorithm>
#include <cmath>

#include "kernels/loss_scale.h"

namespace huegrad {
namespace {

// One row against k (index, weight) pairs; factor = scale * v. The largest logit is subtracted first: no
// exponential exceeds 1, and differences of huge logits keep their digits.
template <class Real>
void row_loss(int64_t classes, const Real* z, int64_t k, const int32_t* index, const Real* weight,
              double factor, Real* loss, Real* dz) {
  *loss = 0;
  if (dz) std::fill_n(dz, classes, Real(0));
  if (factor == 0) return;
  const double largest = *std::max_element(z, z + classes);
  double sum = 0, mass = 0, dot = 0;
  for (int64_t q = 0; q < classes; ++q) sum += std::exp(z[q] - largest);
  for (int64_t j = 0; j < k; ++j) {
    mass += weight[j];
    dot += weight[j] * (z[index[j]] - largest);
  }
  *loss = Real(factor * (std::log(sum) * mass - dot));
  if (!dz) return;
  for (int64_t q = 0; q < classes; ++q) {
    double target = 0;
    for (int64_t j = 0; j < k; ++j)
      if (index[j] == q) target += weight[j];
    dz[q] = Real(factor * (std::exp(z[q] - largest) / sum * mass - target));
  }
}

}  // namespace

template <class Real>
void softmax_cross_entropy_scale(Reference, const SoftmaxCrossEntropyShape& s,
                                 const IntegerTargets<Real>& targets, const LossScale& options, Real* scale) {
  *scale = Real(loss_scale(options, s.rows, integer_target_weight(targets)));
}

template <class Real>
void softmax_cross_entropy_scale(Reference, const SoftmaxCrossEntropyShape& s,
                                 const SparseTargets<Real>& targets, const LossScale& options, Real* scale) {
  *scale = Real(loss_scale(options, s.rows, sparse_target_weight(targets)));
}

template <class Real>
void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape& s, const Real* logits,
                           const IntegerTargets<Real>& targets, const Real* scale, Real* loss,
                           Real* dlogits) {
  const Real one = 1;
  for (int64_t i = 0; i < s.rows; ++i) {
    const int32_t label = targets.index[i];
    double factor = label == targets.ignore_index ? 0 : *scale;
    if (factor != 0 && targets.class_weight) factor *= targets.class_weight[label];
    if (factor != 0 && targets.row_weight) factor *= targets.row_weight[i];
    row_loss(s.classes, logits + i * s.classes, 1, &label, &one, factor, loss + i,
             dlogits ? dlogits + i * s.classes : nullptr);
  }
}

template <class Real>
void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape& s, const Real* logits,
                           const SparseTargets<Real>& targets, const Real* scale, Real* loss, Real* dlogits) {
  const int64_t k = s.targets_per_row;
  for (int64_t i = 0; i < s.rows; ++i) {
    const double factor = *scale * (targets.row_weight ? targets.row_weight[i] : 1);
    row_loss(s.classes, logits + i * s.classes, k, targets.index + i * k, targets.weight + i * k, factor,
             loss + i, dlogits ? dlogits + i * s.classes : nullptr);
  }
}

template void softmax_cross_entropy_scale(Reference, const SoftmaxCrossEntropyShape&,
                                          const IntegerTargets<float>&, const LossScale&, float*);
template void softmax_cross_entropy_scale(Reference, const SoftmaxCrossEntropyShape&,
                                          const IntegerTargets<double>&, const LossScale&, double*);
template void softmax_cross_entropy_scale(Reference, const SoftmaxCrossEntropyShape&,
                                          const SparseTargets<float>&, const LossScale&, float*);
template void softmax_cross_entropy_scale(Reference, const SoftmaxCrossEntropyShape&,
                                          const SparseTargets<double>&, const LossScale&, double*);
template void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape&, const float*,
                                    const IntegerTargets<float>&, const float*, float*, float*);
template void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape&, const double*,
                                    const IntegerTargets<double>&, const double*, double*, double*);
template void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape&, const float*,
                                    const SparseTargets<float>&, const float*, float*, float*);
template void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape&, const double*,
                                    const SparseTargets<double>&, const double*, double*, double*);

}  // namespace huegrad
