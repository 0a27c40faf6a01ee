// What the network is fed with: one batch of pictures, ready to train on.
#pragma once
#include <string>
#include <vector>

#include "core/tensor.h"

namespace huegrad {

// N pictures of H x W; targets live on the network's output grid, h = H/4, w = W/4, at the centre pixel
// (4i+2, 4j+2) of each 4x4 cell.
struct Batch {
  Tensor lightness;      // (N, H, W, 1) float32: L - 50, the network's input
  Tensor color_index;    // (N, h, w, k) int32: the k nearest of the 313 ab bins
  Tensor color_weight;   // (N, h, w, k) float32: their soft-encoding weights, summing to 1
  Tensor color_entropy;  // (N, h, w) float32: the entropy of these weights, in nats
  Tensor color_rarity;   // (N, h, w) float32: rebalancing weight v_c of the pixel's nearest bin; 0 for grey
                         // pictures
  Tensor ab;             // (N, h, w, 2) float32: the true colours on the grid
  Tensor labels;         // (N, h, w) int32: class, 255 = ignore (everywhere in unlabelled pictures)
  Tensor label_weight;  // (N, h, w) float32: confidence in the label: 1 if it is true, less if it was guessed
  std::vector<std::string> names;

  // Its tensors, in the order above.
  std::vector<Tensor*> tensors() {
    return {&lightness,    &color_index, &color_weight, &color_entropy,
            &color_rarity, &ab,          &labels,       &label_weight};
  }

  // The same in the memory of a device.
  Batch to(Device device) const {
    return {lightness.to(device),     color_index.to(device),  color_weight.to(device),
            color_entropy.to(device), color_rarity.to(device), ab.to(device),
            labels.to(device),        label_weight.to(device), names};
  }
};

// The same pictures before anything is computed: what a loader hands out for a device to make a Batch of
// (data/batch_encoder.h).
struct RawBatch {
  Tensor bytes;       // (at least the loader's raw_capacity()) uint8 in host memory: kernels/picture_bytes.h
  int64_t used = 0;   // bytes that hold something, from the first on
  int64_t count = 0;  // pictures
  std::vector<std::string> names = {};
};

}  // namespace huegrad
