#include "kernels/upsample_labels.h"

#include <vector>

#include "kernels/reduce.h"

namespace huegrad {

template <class Real>
void upsample_labels(Reference backend, const UpsampleShape& s, const Real* logits, uint8_t* labels) {
  const int64_t pixels = s.batch * s.out_height * s.out_width;
  std::vector<Real> upsampled(std::size_t(s.output_size()));
  std::vector<int32_t> index(static_cast<std::size_t>(pixels));
  upsample_forward(backend, s, logits, upsampled.data());
  argmax_channels(backend, pixels, s.channels, upsampled.data(), index.data());
  for (int64_t i = 0; i < pixels; ++i) labels[i] = uint8_t(index[std::size_t(i)]);
}

template void upsample_labels(Reference, const UpsampleShape&, const float*, uint8_t*);
template void upsample_labels(Reference, const UpsampleShape&, const double*, uint8_t*);

}  // namespace huegrad
