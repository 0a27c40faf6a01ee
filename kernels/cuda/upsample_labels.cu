// A thread a pixel. Neighbours lie between the same four logits, so that a warp's reads are few and cached.
#include "kernels/upsample_labels.h"

#include "kernels/cuda/interpolation.h"
#include "kernels/cuda/pooling.h"

namespace huegrad {
namespace cuda {
namespace {

template <class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    upsample_labels_kernel(UpsampleShape s, const Storage* logits, uint8_t* labels) {
  const int64_t pixels = s.batch * s.out_height * s.out_width,
                step = int64_t(gridDim.x) * kElementwiseThreads;
  const int classes = int(s.channels);
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < pixels; i += step) {
    const ImagePlace place = image_place(i, s.out_height, s.out_width, 1);
    const Interpolation interpolated(s, place.row, place.column);
    const Storage* image = logits + place.n * s.in_height * s.in_width * s.channels;
    float best = -INFINITY;
    int label = 0;
    for (int c = 0; c < classes; ++c) {
      const float logit = interpolated(
          [&](int64_t h, int64_t w) { return to_float(image[(h * s.in_width + w) * s.channels + c]); });
      if (logit <= best) continue;
      best = logit;
      label = c;
    }
    labels[i] = uint8_t(label);
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void upsample_labels(Cuda cuda, const UpsampleShape& s, const Storage* logits, uint8_t* labels) {
  const int64_t pixels = s.batch * s.out_height * s.out_width;
  if (pixels > 0)
    cuda::launch("upsample_labels", cuda, cuda::upsample_labels_kernel<Storage>,
                 cuda::elementwise_blocks(cuda, pixels), cuda::kElementwiseThreads, 0, s, logits, labels);
}

template void upsample_labels(Cuda, const UpsampleShape&, const float*, uint8_t*);
template void upsample_labels(Cuda, const UpsampleShape&, const bfloat16*, uint8_t*);

}  // namespace huegrad
