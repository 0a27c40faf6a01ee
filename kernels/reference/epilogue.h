// The last step of both convolutions: what happens to a sum before it is stored.
#pragma once
#include <vector>

#include "kernels/conv2d.h"

namespace huegrad {

// y = epilogue(sum), both (pixels, channels)
template <class Real>
void store(const std::vector<double>& sum, int64_t channels, const Conv2dEpilogue<Real>& epilogue, Real* y) {
  for (int64_t i = 0; i < int64_t(sum.size()); ++i) {
    const int64_t k = i % channels;
    double value = sum[i];
    if (epilogue.bias) value += epilogue.bias[k];
    if (epilogue.relu) value = value > 0 ? value : 0;
    if (epilogue.scale) value = value * epilogue.scale[k] + epilogue.shift[k];
    y[i] = Real(value);
  }
}

}  // namespace huegrad
