#include "kernels/strided_copy.h"

#include "kernels/cuda/channels.h"

namespace huegrad {
namespace cuda {
namespace {

template <int width, class Storage>
__global__ void __launch_bounds__(kChannelThreads)
    strided_copy_kernel(ChannelLayout layout, int64_t x_stride, int64_t y_stride, const Storage* x,
                        Storage* y) {
  const ChannelPlace place = channel_place<width>(layout);
  if (!place.inside) return;
  for (int64_t row = place.first; row < place.last; row += place.step)
    store_pack(y + row * y_stride + place.channel, load_pack<width>(x + row * x_stride + place.channel));
}

}  // namespace
}  // namespace cuda

template <class Storage>
void strided_copy(Cuda cuda, const StridedCopyShape& s, const Storage* x, Storage* y) {
  if (s.rows * s.length == 0) return;
  constexpr int width = cuda::kPack<Storage>;
  const bool fits =
      cuda::packs_fit<width>(s.length, x, y) && s.x_stride % width == 0 && s.y_stride % width == 0;
  const cuda::ChannelLayout layout = cuda::channel_layout(cuda, s.rows, s.length, fits ? width : 1);
  cuda::launch("strided_copy", cuda,
               fits ? cuda::strided_copy_kernel<width, Storage> : cuda::strided_copy_kernel<1, Storage>,
               layout.grid(), cuda::kChannelThreads, 0, layout, s.x_stride, s.y_stride, x, y);
}

template void strided_copy(Cuda, const StridedCopyShape&, const float*, float*);
template void strided_copy(Cuda, const StridedCopyShape&, const bfloat16*, bfloat16*);

}  // namespace huegrad
