#include "net/joint_loss.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/relu.h"
#include "layers/add.h"
#include "layers/reduce.h"
#include "layers/softmax_cross_entropy.h"

namespace huegrad {
namespace {

// (N, h, w): 1 where the rarity is positive, which is everywhere but in grey pictures. That is the gradient
// of a ReLU that put out the rarity.
Tensor color_mask(const Tensor& rarity) {
  const Tensor mask = Tensor::full(rarity.shape(), 1, rarity.dtype(), rarity.device());
  dispatch(rarity, [&](auto backend, auto real) {
    using Real = decltype(real);
    relu_backward(backend, rarity.size(), rarity.data<Real>(), mask.data<Real>(), mask.data<Real>());
  });
  return mask;
}

}  // namespace

JointLoss joint_loss(const HierarchicalNetwork::Output& output, const Batch& batch,
                     const Objective& objective) {
  const Tensor& z = output.color_logits;  // (N, h, w, bins)
  const double share = objective.mean ? 1.0 / double(z.extent(1) * z.extent(2)) : 1.0;

  const Tensor weight = objective.rebalance ? batch.color_rarity : color_mask(batch.color_rarity);
  JointLoss loss;
  loss.factors = {objective.lambda_color * share, objective.lambda_semantic * share, share};
  // The factors go into the losses, so that their gradients are final when they are written.
  loss.color = softmax_cross_entropy_sparse(
      z, batch.color_index, batch.color_weight, weight,
      {.normalization = LossNormalization::per_image, .factor = loss.factors.color});
  loss.total = loss.color;
  if (!output.semantic_logits.defined()) return loss;

  loss.semantic =
      softmax_cross_entropy(output.semantic_logits, batch.labels, objective.class_weight, batch.label_weight,
                            {.normalization = LossNormalization::per_pixel, .factor = loss.factors.semantic});
  loss.total = add(loss.color, loss.semantic);
  return loss;
}

Tensor color_cross_entropy(const Tensor& color_logits, const Batch& batch) {
  const NoGradient no_gradient;
  return softmax_cross_entropy_sparse(color_logits, batch.color_index, batch.color_weight, {},
                                      {.normalization = LossNormalization::per_pixel});
}

double target_entropy(const Batch& batch) { return mean(batch.color_entropy).item(); }

double color_kl(const Tensor& color_logits, const Batch& batch) {
  return color_cross_entropy(color_logits, batch).item() - target_entropy(batch);
}

}  // namespace huegrad
