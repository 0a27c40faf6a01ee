#include "kernels/encode_colors.h"

#include <vector>

#include "kernels/encode_in_steps.h"
#include "kernels/parallel.h"

namespace huegrad {

void encode_colors(Cpu backend, const EncodeColorsShape& s, const AbBinTable& bins, const float* bin_rarity,
                   const PictureFrame* frames, const uint8_t* rgb, const ColorTargets& to) {
  // A pixel costs tens of nanoseconds, so a thousand are worth a thread.
  constexpr int64_t kPixelGrain = 1024;
  parallel_for(0, s.pictures * s.side, (kPixelGrain + s.side - 1) / s.side, [&](int64_t first, int64_t last) {
    std::vector<float> buffer(size_t(6 * s.side));
    for (int64_t line = first; line < last; ++line)
      encode_line(backend, s, frames, rgb, line, buffer.data(), to);
  });
  soft_encode(backend, s.encoding(), bins, to.ab, to.index, to.weight, to.entropy);
  for (int64_t n = 0; n < s.pictures; ++n) encode_rarity(s, bin_rarity, n, to);
}

}  // namespace huegrad
