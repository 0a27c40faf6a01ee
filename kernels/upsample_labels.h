// upsample_labels: the most probable class of every pixel, from logits on a coarser grid.
//
//   labels[p] = argmax_c upsampled(logits)[p, c]
//
// upsampled: bilinear (kernels/upsample.h); never stored, for it would be `classes` floats a pixel. The
// lowest class wins a tie. logits (batch, in_height, in_width, channels): a channel is a class, at most 256
// of them; labels (batch, out_height, out_width).
#pragma once
#include <cstdint>

#include "kernels/upsample.h"

namespace huegrad {

template <class Real>
void upsample_labels(Reference, const UpsampleShape& shape, const Real* logits, uint8_t* labels);
void upsample_labels(Cpu, const UpsampleShape& shape, const float* logits, uint8_t* labels);
template <class Storage>
void upsample_labels(Cuda, const UpsampleShape& shape, const Storage* logits, uint8_t* labels);

}  // namespace huegrad
