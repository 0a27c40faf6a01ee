// First values of a network, made so that learning starts at once.
//
// Weights are normal with variance 2 / fan-in (He et al. 2015), then rescaled by what one batch shows, layer
// by layer from the input: every channel of every convolution's pre-activation gets mean 0 and variance 1
// (Mishkin and Matas 2016, "All you need is a good init"; per channel as in Kraehenbuehl et al. 2016,
// "Data-dependent initializations of convolutional neural networks", which Zhang et al. start from). Batch
// norms take the batch's statistics as their running ones.
//
// The two last layers start as the best constant guess: small weights, and the logarithm of the frequencies
// as bias. Without it the first thousands of steps only learn how common grey is. (The training option
// initialization=he leaves out both; net/RECIPE.md has the difference.)
#pragma once
#include <cstdint>
#include <vector>

#include "net/hierarchical_network.h"
#include "net/widen.h"

namespace huegrad {

struct InitializeOptions {
  uint64_t seed = 0;
  // What a constant guess should say: frequencies, times the weights of the loss if it has any. Need not sum
  // to 1; empty: all equal.
  std::vector<double> color_prior = {};      // (bins)
  std::vector<double> class_frequency = {};  // (classes)
  // A trained network whose numbers take the place of what it covers, each layer's before the next one is
  // measured.
  const Widening* narrower = nullptr;
};

// Share of the uniform distribution mixed into both, so that what was never seen stays possible.
inline constexpr double kPriorFloor = 1e-3;
// Standard deviation of the last layers' outputs around their bias: the loss starts within 0.005 nats of the
// constant guess, yet gradients reach the trunk from the first step.
inline constexpr double kHeadDeviation = 0.1;

// lightness (N, H, W, 1), L - 50: some typical pictures, N * H * W / 64 at least 2; undefined: the
// rescaling is left out. Numbers depend on seed, tensor names and the batch alone. Throws Error(usage) when a
// prior has another length than its layer, or is negative or not finite anywhere, or zero everywhere.
void initialize(const HierarchicalNetwork& network, const InitializeOptions& options,
                const Tensor& lightness = {});

}  // namespace huegrad
