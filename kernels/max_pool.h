// max_pool: largest value of each window, per channel. Padding never wins.
// x (batch, in_height, in_width, channels), y (batch, out_height, out_width, channels).
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

struct Pool2dShape {
  int64_t batch = 1, in_height = 0, in_width = 0, channels = 0;
  int64_t kernel = 2, stride = 2, padding = 0;  // padding <= kernel / 2
  bool ceil_mode = false;  // round the output size up; a window must start inside x or its left padding

  constexpr int64_t out_height() const { return out_extent(in_height); }
  constexpr int64_t out_width() const { return out_extent(in_width); }
  constexpr int64_t input_size() const { return batch * in_height * in_width * channels; }
  constexpr int64_t output_size() const { return batch * out_height() * out_width() * channels; }

 private:
  constexpr int64_t out_extent(int64_t in) const {
    const int64_t span = in + 2 * padding - kernel;
    int64_t out = (ceil_mode ? (span + stride - 1) / stride : span / stride) + 1;
    if (ceil_mode && (out - 1) * stride >= in + padding) --out;
    return out;
  }
};

// argmax (same size as y): offset height*in_width + width of the winning pixel inside its image; the first in
// row-major order wins a tie. May be null when no gradient is wanted.
template <class Real>
void max_pool_forward(Reference, const Pool2dShape& shape, const Real* x, Real* y, int32_t* argmax);
void max_pool_forward(Cpu, const Pool2dShape& shape, const float* x, float* y, int32_t* argmax);
template <class Storage>
void max_pool_forward(Cuda, const Pool2dShape& shape, const Storage* x, Storage* y, int32_t* argmax);

template <class Real>
void max_pool_backward(Reference, const Pool2dShape& shape, const int32_t* argmax, const Real* dy, Real* dx);
void max_pool_backward(Cpu, const Pool2dShape& shape, const int32_t* argmax, const float* dy, float* dx);
template <class Storage>
void max_pool_backward(Cuda, const Pool2dShape& shape, const int32_t* argmax, const Storage* dy, Storage* dx);

}  // namespace huegrad
