// softmax_cross_entropy: cross-entropy of softmax(logits) per row (= pixel), with its gradient, in one pass
// over the logits. Paper Eq. (1) and (2).
//
//   loss[i]      = scale * v[i] * ( logsumexp(z[i,:]) * sum_q t[i,q]  -  sum_q t[i,q] * z[i,q] )
//   dlogits[i,q] = scale * v[i] * ( softmax(z[i,:])[q] * sum_q t[i,q] - t[i,q] )
//
// z = logits (rows, classes), t = target, v = weight of the row (rarity of its colour or class).
// dlogits (rows, classes) may be null when no gradient is wanted. Rows of weight zero give exactly zero,
// whatever their logits.
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

struct SoftmaxCrossEntropyShape {
  int64_t rows = 0, classes = 0;
  int64_t targets_per_row = 1;  // sparse soft targets: number of (index, weight) pairs of each row
};

// One class index per row. A row whose target is ignore_index has weight zero; any other index outside
// [0, classes) is a programming error, checked by the caller. class_weight (classes) and row_weight (rows)
// may be null; they multiply.
template <class Real>
struct IntegerTargets {
  const int32_t* index = nullptr;      // (rows)
  const Real* class_weight = nullptr;  // (classes) or null
  const Real* row_weight = nullptr;    // (rows) or null
  int32_t ignore_index = 255;
};

// k (index, weight) pairs per row: the soft-encoded colour of a pixel. The dense (rows, classes) target never
// exists. An index that occurs twice counts with the sum of its weights.
template <class Real>
struct SparseTargets {
  const int32_t* index = nullptr;    // (rows, targets_per_row)
  const Real* weight = nullptr;      // (rows, targets_per_row)
  const Real* row_weight = nullptr;  // (rows) or null
};

template <class Real>
void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape& shape, const Real* logits,
                           const IntegerTargets<Real>& targets, double scale, Real* loss, Real* dlogits);
void softmax_cross_entropy(Cpu, const SoftmaxCrossEntropyShape& shape, const float* logits,
                           const IntegerTargets<float>& targets, double scale, float* loss, float* dlogits);

template <class Real>
void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape& shape, const Real* logits,
                           const SparseTargets<Real>& targets, double scale, Real* loss, Real* dlogits);
void softmax_cross_entropy(Cpu, const SoftmaxCrossEntropyShape& shape, const float* logits,
                           const SparseTargets<float>& targets, double scale, float* loss, float* dlogits);

}  // namespace huegrad
