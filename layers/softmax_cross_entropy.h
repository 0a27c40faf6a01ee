// Losses of the paper as differentiable functions: Eq. (1) with sparse soft targets, Eq. (2) with class
// indices. The equation is in kernels/softmax_cross_entropy.h; here the row losses are summed and normalised.
#pragma once
#include "core/tensor.h"
#include "kernels/softmax_cross_entropy.h"

namespace huegrad {

struct SoftmaxCrossEntropyOptions {
  LossNormalization normalization = LossNormalization::per_pixel;
  int32_t ignore_index = 255;
  double factor = 1;  // of the loss in an objective
};

// logits (N, ..., C) float; index (N, ...) int32; class_weight (C) and row_weight (N, ...) float or
// undefined. Returns a scalar; 0 when no pixel counts. Throws Error(usage) naming the first index outside [0,
// C).
Tensor softmax_cross_entropy(const Tensor& logits, const Tensor& index, const Tensor& class_weight,
                             const Tensor& row_weight, const SoftmaxCrossEntropyOptions& options = {});

// logits (N, ..., C) float; index (N, ..., k) int32 and weight (N, ..., k) float: k pairs per pixel, weights
// summing to 1; row_weight (N, ...) float or undefined.
Tensor softmax_cross_entropy_sparse(const Tensor& logits, const Tensor& index, const Tensor& weight,
                                    const Tensor& row_weight, const SoftmaxCrossEntropyOptions& options = {});

}  // namespace huegrad
