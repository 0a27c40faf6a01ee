// Batch norm statistics for weights that no step of training has seen, such as a moving average of them: the
// average of many weights gives smaller activations than any of them, so the average of their statistics is
// too large, seven times over on the way through the network (Izmailov et al. 2018, "Averaging weights leads
// to wider optima and better generalization", section 3.2).
#pragma once
#include <cstdint>
#include <functional>

#include "net/hierarchical_network.h"

namespace huegrad {

// Replaces the running statistics of every batch norm by the mean of those of `count` batches of pictures,
// lightness(0) ... lightness(count - 1), each (N, H, W, 1); count at least 1.
void calibrate_batch_norm(const HierarchicalNetwork& network, int64_t count,
                          const std::function<Tensor(int64_t i)>& lightness);

}  // namespace huegrad
