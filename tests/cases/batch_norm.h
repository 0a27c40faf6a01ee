// Shapes of batch_norm: those of the colour network (first), ragged and tiny ones.
#pragma once
#include <vector>

#include "kernels/batch_norm.h"

namespace huegrad::test {

inline std::vector<BatchNormShape> batch_norm_cases() {
  return {
      {.rows = 2 * 28 * 28, .channels = 256},
      {.rows = 1, .channels = 1},
      {.rows = 2, .channels = 3},
      {.rows = 37, .channels = 313},
      {.rows = 5000, .channels = 2},
      {.rows = 129, .channels = 65, .epsilon = 1e-3},
  };
}

}  // namespace huegrad::test
