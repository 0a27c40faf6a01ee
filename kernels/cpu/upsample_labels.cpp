// Row by row: logits are interpolated vertically once for a row of pixels, horizontally while the largest is
// searched.
#include "kernels/upsample_labels.h"

#include <limits>
#include <vector>

#include "kernels/parallel.h"
#include "kernels/upsample_taps.h"

namespace huegrad {
namespace {

constexpr int64_t kRows = 16;  // worth a thread

uint8_t most_probable(int64_t classes, const float* left, const float* right, float weight) {
  float best = -std::numeric_limits<float>::infinity();
  int64_t label = 0;
  for (int64_t c = 0; c < classes; ++c) {
    const float logit = left[c] + weight * (right[c] - left[c]);
    if (logit <= best) continue;
    best = logit;
    label = c;
  }
  return uint8_t(label);
}

}  // namespace

void upsample_labels(Cpu, const UpsampleShape& s, const float* logits, uint8_t* labels) {
  const int64_t row_size = s.in_width * s.channels;
  parallel_for(0, s.batch * s.out_height, kRows, [&](int64_t first, int64_t last) {
    std::vector<float> row(static_cast<std::size_t>(row_size));
    for (int64_t line = first; line < last; ++line) {
      const UpsampleTaps v = upsample_taps(s.mode, s.in_height, s.out_height, line % s.out_height);
      const float* image = logits + line / s.out_height * s.in_height * row_size;
      const float *low = image + v.low * row_size, *high = image + v.high * row_size;
      for (int64_t i = 0; i < row_size; ++i)
        row[std::size_t(i)] = low[i] + float(v.weight) * (high[i] - low[i]);
      for (int64_t x = 0; x < s.out_width; ++x) {
        const UpsampleTaps h = upsample_taps(s.mode, s.in_width, s.out_width, x);
        labels[line * s.out_width + x] = most_probable(s.channels, row.data() + h.low * s.channels,
                                                       row.data() + h.high * s.channels, float(h.weight));
      }
    }
  });
}

}  // namespace huegrad
