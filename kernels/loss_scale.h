// How the rows of a softmax cross-entropy count towards its normalizer: shared by the definition and the CPU.
#pragma once
#include "kernels/softmax_cross_entropy.h"

namespace huegrad {

// What a row brings: whether it is one to be averaged over, and the weight it is averaged with.
struct RowShare {
  bool counts;
  double weight;
};

template <class Real>
auto integer_target_weight(const IntegerTargets<Real>& targets) {
  return [targets](int64_t i) {
    const double row = targets.row_weight ? double(targets.row_weight[i]) : 1;
    if (targets.index[i] == targets.ignore_index || row == 0) return RowShare{false, 0};
    return RowShare{true, row * (targets.class_weight ? double(targets.class_weight[targets.index[i]]) : 1)};
  };
}

template <class Real>
auto sparse_target_weight(const SparseTargets<Real>& targets) {
  return [targets](int64_t i) {
    const double row = targets.row_weight ? double(targets.row_weight[i]) : 1;
    return RowShare{row != 0, row};
  };
}

// factor / normalizer; share_of(row) is the RowShare of a row.
template <class ShareOf>
double loss_scale(const LossScale& options, int64_t rows, const ShareOf& share_of) {
  double total = 0;
  if (options.normalization == LossNormalization::sum) total = 1;
  if (options.normalization == LossNormalization::per_image) total = double(options.images);
  if (options.normalization == LossNormalization::per_pixel)
    for (int64_t row = 0; row < rows; ++row) total += share_of(row).counts;
  if (options.normalization == LossNormalization::per_weight)
    for (int64_t row = 0; row < rows; ++row) total += share_of(row).weight;
  return total > 0 ? options.factor / total : 0;
}

}  // namespace huegrad
