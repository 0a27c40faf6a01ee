// What a training run measures on pictures it does not train on. Everything is taken on the network's output
// grid; `huegrad evaluate` measures at full size.
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "data/batch.h"
#include "net/color_divergence.h"
#include "net/hierarchical_network.h"

namespace huegrad {

struct ValidationReport {
  int64_t pictures = 0;
  // Nats per pixel. KL is the cross-entropy less the entropy of the soft targets: 0 is perfect. The balanced
  // pair weighs each pixel by the rarity of its colour and divides by the sum of weights; grey pictures have
  // weight 0.
  double color_cross_entropy = 0, color_kl = 0;
  double balanced_cross_entropy = 0, balanced_kl = 0;
  double nearest_bin_accuracy = 0;  // share of pixels whose likeliest bin is the true colour's nearest
  double ab_error = 0;              // mean distance of predicted and true (a, b)
  double psnr = 0;  // dB; sRGB of predicted ab with true L against the truth, mean over pictures
  double chroma = 0, true_chroma = 0;  // mean length of (a, b): a net that gives up on colour predicts near 0
  // Over labelled pixels; all 0 when there are none.
  int64_t labelled_pixels = 0;
  double semantic_loss = 0;  // nats per labelled pixel, no class weights
  double pixel_accuracy = 0;
  double mean_iou = 0;  // over classes that occur in the truth
  // (classes, classes) pixels: truth, prediction; empty without semantics.
  std::vector<int64_t> confusion = {};
};

// The numbers; without the confusion matrix, which is large.
nlohmann::json to_json(const ValidationReport& report);

// Sums over batches in double, in their order.
class Validation {
 public:
  // temperature: of the annealed mean that turns distributions into colours.
  explicit Validation(double temperature = 0.38) : temperature_(temperature) {}

  // batch in host memory; output anywhere, in any storage type.
  void add(const HierarchicalNetwork::Output& output, const Batch& batch);
  ValidationReport report() const;

 private:
  void add_distributions(const Tensor& logits, const Batch& batch);
  void add_colors(const Tensor& logits, const Batch& batch);
  void add_labels(const Tensor& logits, const Batch& batch);

  double temperature_;
  int64_t pictures_ = 0, nearest_hits_ = 0;
  ColorDivergence divergence_;
  double ab_error_ = 0, psnr_ = 0, chroma_ = 0, true_chroma_ = 0;
  double semantic_loss_ = 0;
  std::vector<int64_t> confusion_;
};

// ab (N, h, w, 2) that the distributions stand for; no gradient.
Tensor predicted_ab(const Tensor& color_logits, double temperature = 0.38);

}  // namespace huegrad
