// upsample: resamples an image to any size, nearest or bilinear, with half-pixel centres: output pixel p
// samples the input at (p + 0.5) * in / out - 0.5, clamped to the image (PyTorch: align_corners=False;
// nearest takes floor(p * in / out)). x (batch, in_height, in_width, channels), y (batch, out_height,
// out_width, channels).
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

enum class UpsampleMode { nearest, bilinear };

struct UpsampleShape {
  int64_t batch = 1, in_height = 0, in_width = 0, out_height = 0, out_width = 0, channels = 0;
  UpsampleMode mode = UpsampleMode::bilinear;

  constexpr int64_t input_size() const { return batch * in_height * in_width * channels; }
  constexpr int64_t output_size() const { return batch * out_height * out_width * channels; }
};

template <class Real>
void upsample_forward(Reference, const UpsampleShape& shape, const Real* x, Real* y);
void upsample_forward(Cpu, const UpsampleShape& shape, const float* x, float* y);
template <class Storage>
void upsample_forward(Cuda, const UpsampleShape& shape, const Storage* x, Storage* y);

template <class Real>
void upsample_backward(Reference, const UpsampleShape& shape, const Real* dy, Real* dx);
void upsample_backward(Cpu, const UpsampleShape& shape, const float* dy, float* dx);
template <class Storage>
void upsample_backward(Cuda, const UpsampleShape& shape, const Storage* dy, Storage* dx);

}  // namespace huegrad
