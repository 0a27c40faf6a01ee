#pragma once
#include "layers/max_pool.h"

namespace huegrad {

// x (N, H, W, C) -> (N, P, Q, C): mean of each window, padding not counted.
Tensor avg_pool(const Tensor& x, const Pool2dOptions& options = {});

}  // namespace huegrad
