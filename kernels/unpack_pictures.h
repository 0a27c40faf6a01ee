// unpack_pictures: the pictures of a batch of bytes, all made square and of one size.
//
// bytes as kernels/picture_bytes.h describes them; rgb (pictures, side, side, 3): the pixels of each picture
// resized with the triangle filter (kernels/resize.h), then mirrored where its frame says; label and
// label_weight (pictures, cells, cells): the labels, and for each the frame's confidence.
#pragma once
#include "kernels/backend.h"
#include "kernels/picture_bytes.h"

namespace huegrad {

void unpack_pictures(Reference, const PictureBytes& shape, const uint8_t* bytes, uint8_t* rgb, int32_t* label,
                     float* label_weight);
void unpack_pictures(Cpu, const PictureBytes& shape, const uint8_t* bytes, uint8_t* rgb, int32_t* label,
                     float* label_weight);
void unpack_pictures(Cuda, const PictureBytes& shape, const uint8_t* bytes, uint8_t* rgb, int32_t* label,
                     float* label_weight);

}  // namespace huegrad
