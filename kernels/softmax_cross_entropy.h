// softmax_cross_entropy: cross-entropy of softmax(logits) per row (= pixel), with its gradient, in one pass
// over the logits. Paper Eq. (1) and (2).
//
//   loss[i]      = *scale * v[i] * ( logsumexp(z[i,:]) * sum_q t[i,q]  -  sum_q t[i,q] * z[i,q] )
//   dlogits[i,q] = *scale * v[i] * ( softmax(z[i,:])[q] * sum_q t[i,q] - t[i,q] )
//
// z = logits (rows, classes), t = target, v = weight of the row (rarity of its colour or class). The scale is
// where the logits are (1 value, softmax_cross_entropy_scale), so that nobody waits for it.
// dlogits (rows, classes) may be null when no gradient is wanted. Rows of weight zero give exactly zero,
// whatever their logits.
#pragma once
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/float_types.h"

namespace huegrad {

struct SoftmaxCrossEntropyShape {
  int64_t rows = 0, classes = 0;
  int64_t targets_per_row = 1;  // sparse soft targets: number of (index, weight) pairs of each row
};

// What the sum of row losses is divided by. Each name is somebody's convention:
enum class LossNormalization {
  sum,         // nothing
  per_image,   // the number of images (Caffe, Zhang et al.: "summed over all pixels, divided by N")
  per_pixel,   // the number of pixels that count: not ignored, row weight not zero (Caffe SoftmaxWithLoss,
               // VALID)
  per_weight,  // the sum of the weights of the pixels that count (PyTorch's CrossEntropyLoss with weights)
};

struct LossScale {
  LossNormalization normalization = LossNormalization::per_pixel;
  int64_t images = 1;
  double factor = 1;  // of the loss in an objective
};

// One class index per row. A row whose target is ignore_index has weight zero; any other index outside
// [0, classes) is a programming error, checked by the caller (on CUDA, where checking would mean waiting, it
// makes the loss of the row NaN). class_weight (classes) and row_weight (rows)
// may be null; they multiply.
template <class Real>
struct IntegerTargets {
  const int32_t* index = nullptr;      // (rows)
  const Real* class_weight = nullptr;  // (classes) or null
  const Real* row_weight = nullptr;    // (rows) or null
  int32_t ignore_index = 255;
};

// k (index, weight) pairs per row: the soft-encoded colour of a pixel. The dense (rows, classes) target never
// exists. An index that occurs twice counts with the sum of its weights. On CUDA k is at most 32.
template <class Real>
struct SparseTargets {
  const int32_t* index = nullptr;    // (rows, targets_per_row)
  const Real* weight = nullptr;      // (rows, targets_per_row)
  const Real* row_weight = nullptr;  // (rows) or null
};

// *scale = factor / normalizer, 0 when nothing counts.
template <class Real>
void softmax_cross_entropy_scale(Reference, const SoftmaxCrossEntropyShape& shape,
                                 const IntegerTargets<Real>& targets, const LossScale& options, Real* scale);
void softmax_cross_entropy_scale(Cpu, const SoftmaxCrossEntropyShape& shape,
                                 const IntegerTargets<float>& targets, const LossScale& options,
                                 float* scale);
void softmax_cross_entropy_scale(Cuda, const SoftmaxCrossEntropyShape& shape,
                                 const IntegerTargets<float>& targets, const LossScale& options,
                                 float* scale);

template <class Real>
void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape& shape, const Real* logits,
                           const IntegerTargets<Real>& targets, const Real* scale, Real* loss, Real* dlogits);
void softmax_cross_entropy(Cpu, const SoftmaxCrossEntropyShape& shape, const float* logits,
                           const IntegerTargets<float>& targets, const float* scale, float* loss,
                           float* dlogits);
template <class Storage>
void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape& shape, const Storage* logits,
                           const IntegerTargets<float>& targets, const float* scale, float* loss,
                           Storage* dlogits);

// *scale = factor / normalizer, 0 when nothing counts.
template <class Real>
void softmax_cross_entropy_scale(Reference, const SoftmaxCrossEntropyShape& shape,
                                 const SparseTargets<Real>& targets, const LossScale& options, Real* scale);
void softmax_cross_entropy_scale(Cpu, const SoftmaxCrossEntropyShape& shape,
                                 const SparseTargets<float>& targets, const LossScale& options, float* scale);
void softmax_cross_entropy_scale(Cuda, const SoftmaxCrossEntropyShape& shape,
                                 const SparseTargets<float>& targets, const LossScale& options, float* scale);

template <class Real>
void softmax_cross_entropy(Reference, const SoftmaxCrossEntropyShape& shape, const Real* logits,
                           const SparseTargets<Real>& targets, const Real* scale, Real* loss, Real* dlogits);
void softmax_cross_entropy(Cpu, const SoftmaxCrossEntropyShape& shape, const float* logits,
                           const SparseTargets<float>& targets, const float* scale, float* loss,
                           float* dlogits);
template <class Storage>
void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape& shape, const Storage* logits,
                           const SparseTargets<float>& targets, const float* scale, float* loss,
                           Storage* dlogits);

}  // namespace huegrad
