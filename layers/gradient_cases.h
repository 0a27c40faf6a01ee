// Every differentiable function with the shapes, strides, dilations and paddings that the networks use, and
// odd ones besides: what the gradient check runs over.
#pragma once
#include <vector>

#include "layers/gradient_check.h"

namespace huegrad {

std::vector<GradientCase> gradient_cases();

}  // namespace huegrad
