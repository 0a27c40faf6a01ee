#include "layers/softmax_cross_entropy.h"

#include <algorithm>

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/add.h"
#include "kernels/reduce.h"
#include "kernels/softmax_cross_entropy.h"
#include "layers/checks.h"

namespace huegrad {
namespace {

constexpr auto kOp = "softmax_cross_entropy";

Shape outer_shape(const Tensor& logits) { return {logits.shape().begin(), logits.shape().end() - 1}; }

// Throws unless every index names a class (or is the one to ignore, when there is one).
void check_indices(const Tensor& index, int64_t classes, const int32_t* ignore_index) {
  const int32_t *first = index.data<int32_t>(), *last = first + index.size();
  const auto wrong = std::find_if(first, last, [&](int32_t label) {
    return (label < 0 || label >= classes) && !(ignore_index && label == *ignore_index);
  });
  if (wrong == last) return;
  check(false, kOp, "target {} at element {} is not one of the {} classes{}", *wrong, wrong - first, classes,
        ignore_index ? fmt::format(" nor ignore_index {}", *ignore_index) : "");
}

template <class Real>
Real* data_or_null(const Tensor& tensor) {
  return tensor.defined() ? tensor.data<Real>() : nullptr;
}

// 1 / normaliser, or 0 when nothing counts. weight_of(row) is the weight of the row, counts(row) whether it
// is one to be averaged over.
template <class WeightOf, class Counts>
double normalization_scale(LossNormalization normalization, const SoftmaxCrossEntropyShape& shape,
                           int64_t images, WeightOf&& weight_of, Counts&& counts) {
  double total = 0;
  if (normalization == LossNormalization::sum) return 1;
  if (normalization == LossNormalization::per_image) total = double(images);
  if (normalization == LossNormalization::per_pixel)
    for (int64_t row = 0; row < shape.rows; ++row) total += counts(row);
  if (normalization == LossNormalization::per_weight)
    for (int64_t row = 0; row < shape.rows; ++row) total += counts(row) ? weight_of(row) : 0;
  return total > 0 ? 1 / total : 0;
}

// Runs the kernel, which knows the scale beforehand and leaves loss and gradient in one pass over the logits,
// and puts the sum on the tape. make_targets(real) gives the kernel's targets.
template <class MakeTargets>
Tensor scaled_loss(const SoftmaxCrossEntropyShape& shape, const Tensor& logits, double scale,
                   MakeTargets&& make_targets) {
  const bool taped = gradients_enabled() && logits.requires_grad();
  const Tensor dlogits = taped ? logits.empty_like() : Tensor();
  const Tensor rows = Tensor::empty({shape.rows}, logits.dtype(), logits.device());
  const double total = dispatch(logits, [&](auto backend, auto real) {
    using Real = decltype(real);
    softmax_cross_entropy(backend, shape, logits.data<Real>(), make_targets(real), scale, rows.data<Real>(),
                          data_or_null<Real>(dlogits));
    return sum(backend, shape.rows, rows.data<Real>());
  });
  const Tensor loss = Tensor::full({}, total, logits.dtype(), logits.device());
  return record(kOp, loss, {logits}, [dlogits](const Tensor& dy, Gradients& gradients) {
    const double factor = dy.item();
    if (factor != 1)
      dispatch(dlogits, [&](auto backend, auto real) {
        using Real = decltype(real);
        huegrad::scale(backend, dlogits.size(), factor, dlogits.data<Real>(), dlogits.data<Real>());
      });
    gradients.add(0, dlogits);
  });
}

}  // namespace

Tensor softmax_cross_entropy(const Tensor& logits, const Tensor& index, const Tensor& class_weight,
                             const Tensor& row_weight, const SoftmaxCrossEntropyOptions& options) {
  check_channels_last(kOp, logits);
  const SoftmaxCrossEntropyShape shape = {row_count(logits), logits.extent(-1), 1};
  check(index.defined() && index.dtype() == DType::int32 && index.shape() == outer_shape(logits), kOp,
        "index must be int32 {}, it is {} (logits {})", to_string(outer_shape(logits)), describe(index),
        describe(logits));
  if (class_weight.defined()) check_shape(kOp, "class_weight", class_weight, {shape.classes}, logits);
  if (row_weight.defined()) check_shape(kOp, "row_weight", row_weight, outer_shape(logits), logits);
  check_indices(index, shape.classes, &options.ignore_index);

  const auto make_targets = [&](auto real) {
    using Real = decltype(real);
    return IntegerTargets<Real>{index.data<int32_t>(), data_or_null<Real>(class_weight),
                                data_or_null<Real>(row_weight), options.ignore_index};
  };
  const double scale = dispatch(logits, [&](auto, auto real) {
    const auto targets = make_targets(real);
    const auto row_factor = [&](int64_t i) { return targets.row_weight ? double(targets.row_weight[i]) : 1; };
    return normalization_scale(
        options.normalization, shape, logits.extent(0),
        [&](int64_t i) {
          return row_factor(i) * (targets.class_weight ? double(targets.class_weight[targets.index[i]]) : 1);
        },
        [&](int64_t i) { return targets.index[i] != options.ignore_index && row_factor(i) != 0; });
  });
  return scaled_loss(shape, logits, scale, make_targets);
}

Tensor softmax_cross_entropy_sparse(const Tensor& logits, const Tensor& index, const Tensor& weight,
                                    const Tensor& row_weight, const SoftmaxCrossEntropyOptions& options) {
  check_channels_last(kOp, logits);
  check(index.defined() && index.dtype() == DType::int32 && index.rank() == logits.rank() &&
            index.extent(-1) >= 1 && index.shape() == with_channels(logits, index.extent(-1)),
        kOp, "index must be int32 and have the outer shape of logits {}, it is {}", describe(logits),
        describe(index));
  check_shape(kOp, "weight", weight, index.shape(), logits);
  if (row_weight.defined()) check_shape(kOp, "row_weight", row_weight, outer_shape(logits), logits);
  const SoftmaxCrossEntropyShape shape = {row_count(logits), logits.extent(-1), index.extent(-1)};
  check_indices(index, shape.classes, nullptr);

  const auto make_targets = [&](auto real) {
    using Real = decltype(real);
    return SparseTargets<Real>{index.data<int32_t>(), weight.data<Real>(), data_or_null<Real>(row_weight)};
  };
  const double scale = dispatch(logits, [&](auto, auto real) {
    const auto* row_weights = data_or_null<decltype(real)>(row_weight);
    const auto weight_of = [&](int64_t i) { return row_weights ? double(row_weights[i]) : 1; };
    return normalization_scale(options.normalization, shape, logits.extent(0), weight_of,
                               [&](int64_t i) { return weight_of(i) != 0; });
  });
  return scaled_loss(shape, logits, scale, make_targets);
}

}  // namespace huegrad
