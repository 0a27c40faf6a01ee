// Pictures that show how far a training run has come.
#pragma once
#include <string>
#include <vector>

#include "core/tensor.h"
#include "data/image.h"

namespace huegrad {

// Validation pictures and what a network makes of them, in host memory; h x w is its output grid.
struct SamplePictures {
  Tensor lightness;        // (N, H, W, 1): L - 50
  Tensor predicted_ab;     // (N, h, w, 2)
  Tensor true_ab;          // (N, h, w, 2)
  Tensor semantic_logits;  // (N, h, w, classes); undefined without semantics
  Tensor labels;           // (N, h, w) int32, 255 = none
};

struct SampleSheet {
  Image image;                       // a row per picture, tiles of H x W pixels without gaps
  std::vector<std::string> columns;  // what the tiles of a row show, from left to right
};

// What the network saw; its colours, enlarged bilinearly and along the picture's edges; the true colours;
// with semantics the likeliest classes in the palette of PASCAL VOC and, if any pixel is labelled, the true
// ones.
SampleSheet sample_sheet(const SamplePictures& pictures);

}  // namespace huegrad
