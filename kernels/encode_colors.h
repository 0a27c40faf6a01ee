// encode_colors: what a network learns from, of square pictures in sRGB: its input and the colours that
// belong to it (paper section 2.2; Zhang et al. 2016).
//
//   lightness  (pictures, side, side)            contrast (L - 50) + brightness within -50..50; these as the
//                                                picture's frame says
//   ab         (pictures, cells, cells, 2)       the colours on the output grid
//   index      (pictures, cells, cells, k)       soft_encode of ab ...
//   weight     (pictures, cells, cells, k)
//   entropy    (pictures, cells, cells)
//   rarity     (pictures, cells, cells)          bin_rarity[nearest bin]; 0 everywhere in a grey picture,
//   which
//                                                has no |a| or |b| on the grid above grey_limit
//
// rgb (pictures, side, side, 3), 8 bits; frames (pictures); bin_rarity (bins).
#pragma once
#include "kernels/picture_bytes.h"
#include "kernels/soft_encode.h"

namespace huegrad {

struct EncodeColorsShape {
  int64_t pictures = 0, side = 0;
  int neighbours = 10;  // k
  float sigma = 5, grey_limit = 5;

  constexpr int64_t cells() const { return side / kGridStride; }
  constexpr int64_t picture_cells() const { return cells() * cells(); }
  constexpr SoftEncodeShape encoding() const { return {pictures * picture_cells(), neighbours, sigma}; }
};

struct ColorTargets {
  float *lightness, *ab;
  int32_t* index;
  float *weight, *entropy, *rarity;
};

void encode_colors(Reference, const EncodeColorsShape& shape, const AbBinTable& bins, const float* bin_rarity,
                   const PictureFrame* frames, const uint8_t* rgb, const ColorTargets& to);
void encode_colors(Cpu, const EncodeColorsShape& shape, const AbBinTable& bins, const float* bin_rarity,
                   const PictureFrame* frames, const uint8_t* rgb, const ColorTargets& to);
void encode_colors(Cuda, const EncodeColorsShape& shape, const AbBinTable& bins, const float* bin_rarity,
                   const PictureFrame* frames, const uint8_t* rgb, const ColorTargets& to);

}  // namespace huegrad
