#pragma once
#include "core/tensor.h"

namespace huegrad {

struct Pool2dOptions {
  int64_t kernel = 2, stride = 2, padding = 0;
  bool ceil_mode = false;
};

// x (N, H, W, C) -> (N, P, Q, C): largest value of each window.
Tensor max_pool(const Tensor& x, const Pool2dOptions& options = {});

}  // namespace huegrad
