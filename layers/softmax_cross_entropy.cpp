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
// On a device that would mean waiting for it: there the kernel makes the loss NaN.
void check_indices(const Tensor& index, int64_t classes, const int32_t* ignore_index) {
  if (!index.device().in_host_memory()) return;
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

// Runs the kernels: first the scale, then loss and gradient in one pass over the logits; puts the sum on the
// tape. make_targets(real) gives the kernels' targets.
template <class MakeTargets>
Tensor scaled_loss(const SoftmaxCrossEntropyShape& shape, const Tensor& logits,
                   const SoftmaxCrossEntropyOptions& options, MakeTargets&& make_targets) {
  const bool taped = gradients_enabled() && logits.requires_grad();
  const Tensor dlogits = taped ? logits.empty_like() : Tensor();
  const auto of_parameters = [&](const Shape& extents) {
    return Tensor::empty(extents, compute_dtype(logits.dtype()), logits.device());
  };
  const Tensor rows = of_parameters({shape.rows}), scale = of_parameters({1}), loss = of_parameters({});
  dispatch(logits, [&](auto backend, auto real) {
    using Real = decltype(real);
    const auto targets = make_targets(Compute<Real>{});
    softmax_cross_entropy_scale(backend, shape, targets,
                                {options.normalization, logits.extent(0), options.factor},
                                scale.data<Compute<Real>>());
    softmax_cross_entropy(backend, shape, logits.data<Real>(), targets, scale.data<Compute<Real>>(),
                          rows.data<Compute<Real>>(), data_or_null<Real>(dlogits));
    sum(backend, shape.rows, rows.data<Compute<Real>>(), loss.data<Compute<Real>>());
  });
  return record(kOp, loss, {logits}, [dlogits](const Tensor& dy, Gradients& gradients) {
    dispatch(dlogits, [&](auto backend, auto real) {
      using Real = decltype(real);
      scale_by(backend, dlogits.size(), dy.data<Compute<Real>>(), dlogits.data<Real>());
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
  if (class_weight.defined())
    check_parameter_shape(kOp, "class_weight", class_weight, {shape.classes}, logits);
  if (row_weight.defined()) check_parameter_shape(kOp, "row_weight", row_weight, outer_shape(logits), logits);
  check_indices(index, shape.classes, &options.ignore_index);

  const auto make_targets = [&](auto real) {
    using Real = decltype(real);
    return IntegerTargets<Real>{index.data<int32_t>(), data_or_null<Real>(class_weight),
                                data_or_null<Real>(row_weight), options.ignore_index};
  };
  return scaled_loss(shape, logits, options, make_targets);
}

Tensor softmax_cross_entropy_sparse(const Tensor& logits, const Tensor& index, const Tensor& weight,
                                    const Tensor& row_weight, const SoftmaxCrossEntropyOptions& options) {
  check_channels_last(kOp, logits);
  check(index.defined() && index.dtype() == DType::int32 && index.rank() == logits.rank() &&
            index.extent(-1) >= 1 && index.shape() == with_channels(logits, index.extent(-1)),
        kOp, "index must be int32 and have the outer shape of logits {}, it is {}", describe(logits),
        describe(index));
  check_parameter_shape(kOp, "weight", weight, index.shape(), logits);
  if (row_weight.defined()) check_parameter_shape(kOp, "row_weight", row_weight, outer_shape(logits), logits);
  const SoftmaxCrossEntropyShape shape = {row_count(logits), logits.extent(-1), index.extent(-1)};
  check_indices(index, shape.classes, nullptr);

  const auto make_targets = [&](auto real) {
    using Real = decltype(real);
    return SparseTargets<Real>{index.data<int32_t>(), weight.data<Real>(), data_or_null<Real>(row_weight)};
  };
  return scaled_loss(shape, logits, options, make_targets);
}

}  // namespace huegrad
