#include "kernels/encode_colors.h"

#include <vector>

#include "kernels/encode_in_steps.h"

namespace huegrad {

void encode_colors(Reference backend, const EncodeColorsShape& s, const AbBinTable& bins,
                   const float* bin_rarity, const PictureFrame* frames, const uint8_t* rgb,
                   const ColorTargets& to) {
  std::vector<float> buffer(size_t(6 * s.side));
  for (int64_t line = 0; line < s.pictures * s.side; ++line)
    encode_line(backend, s, frames, rgb, line, buffer.data(), to);
  soft_encode(backend, s.encoding(), bins, to.ab, to.index, to.weight, to.entropy);
  for (int64_t n = 0; n < s.pictures; ++n) encode_rarity(s, bin_rarity, n, to);
}

}  // namespace huegrad
