#include "kernels/resize_axis.h"

namespace huegrad {

template <class Sample>
void resize(Reference, const ResizeShape& s, const Sample* x, Sample* y) {
  const ResizeAxis rows = {s.height, s.new_height, s.filter}, columns = {s.width, s.new_width, s.filter};
  for (int64_t i = 0; i < s.new_height; ++i)
    for (int64_t j = 0; j < s.new_width; ++j)
      for (int64_t c = 0; c < s.channels; ++c) {
        const ResizeTaps down(rows, i), right(columns, j);
        double sum = 0;
        for (int64_t p = 0; p < down.count; ++p)
          for (int64_t q = 0; q < right.count; ++q)
            sum += down.weight(p) * right.weight(q) *
                   double(x[((down.first + p) * s.width + right.first + q) * s.channels + c]);
        *y++ = resized_sample<Sample>(sum);
      }
}

template void resize(Reference, const ResizeShape&, const uint8_t*, uint8_t*);
template void resize(Reference, const ResizeShape&, const uint16_t*, uint16_t*);
template void resize(Reference, const ResizeShape&, const float*, float*);
template void resize(Reference, const ResizeShape&, const double*, double*);

}  // namespace huegrad
