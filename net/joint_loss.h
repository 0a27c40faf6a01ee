// The objective of the paper, Eq. (3): L = lambda_color * Lc + lambda_semantic * Ls.
//
//   Lc  cross-entropy of the colour distributions, Eq. (1), each pixel weighted by the rarity of its colour
//   Ls  cross-entropy of the semantic classes, Eq. (2), each pixel weighted by its class and its label's
//       confidence, divided by the number of labelled pixels
//
// Normalizations, for an output grid of h x w:
//   caffe  Lc is summed over the pixels of a picture and averaged over pictures, the convention in which the
//          paper's lambda_semantic : lambda_color = 100 : 1 makes both of similar size
//   mean   the same objective divided by h*w, so that its size, and with it the learning rate and weight
//          decay, does not depend on the crop: L = lambda_color * mean(Lc) + lambda_semantic / (h*w) * Ls
#pragma once
#include "data/batch.h"
#include "net/hierarchical_network.h"

namespace huegrad {

struct Objective {
  double lambda_color = 1, lambda_semantic = 100;
  bool mean = true;       // which normalization
  bool rebalance = true;  // false: every pixel of a picture that is not grey weighs 1
  Tensor class_weight;    // (classes) or undefined
};

// What Lc and Ls were multiplied by, and how to come back from the products.
struct LossFactors {
  double color = 0, semantic = 0;
  double share = 1;  // what Lc is normalised by

  // Lc (over h*w when mean) and Ls themselves; 0 when their lambda is 0.
  double color_value(double term) const { return color != 0 ? term / color * share : 0; }
  double semantic_value(double term) const { return semantic != 0 ? term / semantic : 0; }
};

struct JointLoss {
  Tensor total;            // scalar, what backward() starts from
  Tensor color, semantic;  // its two terms; semantic is undefined without the branch
  LossFactors factors;

  // They wait for the device.
  double color_value() const { return factors.color_value(color.item()); }
  double semantic_value() const { return semantic.defined() ? factors.semantic_value(semantic.item()) : 0; }
};

// Grey pictures (color_rarity 0) and pixels labelled 255 contribute nothing, to the loss nor to the gradient.
JointLoss joint_loss(const HierarchicalNetwork::Output& output, const Batch& batch,
                     const Objective& objective);

// Cross-entropy in nats per pixel of the predicted with the true colour distributions, every pixel counting
// 1; no gradient.
Tensor color_cross_entropy(const Tensor& color_logits, const Batch& batch);
// The part of it that no prediction can avoid: the entropy of the batch's own targets. Waits for the device.
double target_entropy(const Batch& batch);
// Their difference: the KL divergence, by which runs with different weightings can be compared.
double color_kl(const Tensor& color_logits, const Batch& batch);

}  // namespace huegrad
