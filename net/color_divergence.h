// How well predicted colour distributions fit, in nats per pixel of the network's output grid:
//
//   KL = sum_q Z_q log(Z_q / Zhat_q) = cross-entropy of Z and Zhat - entropy of Z,
//
// Z the soft-encoded true colour. 0 is perfect, and unlike the cross-entropy it says nothing of Z itself.
#pragma once
#include <span>

#include "data/batch.h"
#include "data/image.h"
#include "net/metrics.h"

namespace huegrad {

// Sums over pixels. The balanced ones count each pixel as much as its colour is rare (Batch::color_rarity).
struct ColorDivergence {
  double pixels = 0, cross_entropy = 0, entropy = 0;
  double rarity = 0, balanced_cross_entropy = 0, balanced_entropy = 0;

  Ratio kl() const { return {cross_entropy - entropy, pixels}; }
  Ratio balanced_kl() const { return {balanced_cross_entropy - balanced_entropy, rarity}; }
  ColorDivergence& operator+=(const ColorDivergence& other);
};

// logits (N, h, w, bins), float32 in host memory, and the colour targets of a batch.
ColorDivergence color_divergence(const Tensor& logits, const Batch& batch);

// The colour targets of one picture that the network sees at height x width, multiples of 4: a batch of 1
// with its color_* tensors and ab, and nothing else; what data/batch_encoder.h makes of square pictures.
// bin_rarity (313).
Batch color_targets(const Image& picture, int64_t height, int64_t width, std::span<const float> bin_rarity);

}  // namespace huegrad
