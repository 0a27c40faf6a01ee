// Shapes of softmax_cross_entropy: colour bins and VOC classes as the network has them, ragged and tiny ones.
#pragma once
#include <vector>

#include "kernels/softmax_cross_entropy.h"

namespace huegrad::test {

inline std::vector<SoftmaxCrossEntropyShape> softmax_cross_entropy_cases() {
  return {
      {.rows = 28 * 28, .classes = 313, .targets_per_row = 10},
      {.rows = 28 * 28, .classes = 21, .targets_per_row = 1},
      {.rows = 1, .classes = 1, .targets_per_row = 1},
      {.rows = 3, .classes = 2, .targets_per_row = 2},
      {.rows = 50, .classes = 17, .targets_per_row = 3},
      {.rows = 301, .classes = 183, .targets_per_row = 5},
  };
}

}  // namespace huegrad::test
