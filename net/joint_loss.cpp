#include "net/joint_loss.h"

#include <algorithm>
#include <cmath>

#include "core/autograd.h"
#include "layers/add.h"
#include "layers/softmax_cross_entropy.h"

namespace huegrad {
namespace {

// (N, h, w): 1 where the rarity is positive, which is everywhere but in grey pictures.
Tensor color_mask(const Tensor& rarity) {
  const Tensor mask = rarity.empty_like();
  const float* v = rarity.data<float>();
  std::transform(v, v + rarity.size(), mask.data<float>(),
                 [](float weight) { return weight > 0 ? 1.0f : 0.0f; });
  return mask;
}

}  // namespace

JointLoss joint_loss(const HierarchicalNetwork::Output& output, const Batch& batch,
                     const Objective& objective) {
  const Tensor& z = output.color_logits;  // (N, h, w, bins)
  const double share = objective.mean ? 1.0 / double(z.extent(1) * z.extent(2)) : 1.0;

  const Tensor weight = objective.rebalance ? batch.color_rarity : color_mask(batch.color_rarity);
  const Tensor color = softmax_cross_entropy_sparse(z, batch.color_index, batch.color_weight, weight,
                                                    {.normalization = LossNormalization::per_image});
  JointLoss loss{.total = scale(color, objective.lambda_color * share), .color = color.item() * share};
  if (!output.semantic_logits.defined()) return loss;

  const Tensor semantic =
      softmax_cross_entropy(output.semantic_logits, batch.labels, objective.class_weight, batch.label_weight,
                            {.normalization = LossNormalization::per_pixel});
  loss.total = add(loss.total, scale(semantic, objective.lambda_semantic * share));
  loss.semantic = semantic.item();
  return loss;
}

double color_kl(const Tensor& color_logits, const Batch& batch) {
  const NoGradient no_gradient;
  const double cross_entropy =
      softmax_cross_entropy_sparse(color_logits, batch.color_index, batch.color_weight, {},
                                   {.normalization = LossNormalization::per_pixel})
          .item();
  double entropy = 0;
  const float* weight = batch.color_weight.data<float>();
  for (int64_t i = 0; i < batch.color_weight.size(); ++i)
    if (weight[i] > 0) entropy -= double(weight[i]) * std::log(double(weight[i]));
  return cross_entropy - entropy / double(batch.color_rarity.size());
}

}  // namespace huegrad
