#include "kernels/strided_copy.h"

#include "kernels/cuda/elementwise.h"

namespace huegrad {
namespace cuda {
namespace {

template <int width, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    strided_copy_kernel(StridedCopyShape s, const Storage* x, Storage* y) {
  const int64_t packs = s.length / width, step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.rows * packs; i += step) {
    const int64_t row = i / packs, column = i % packs * width;
    store_pack(y + row * s.y_stride + column, load_pack<width>(x + row * s.x_stride + column));
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void strided_copy(Cuda cuda, const StridedCopyShape& s, const Storage* x, Storage* y) {
  if (s.rows * s.length == 0) return;
  constexpr int width = 16 / int(sizeof(Storage));
  const auto run = [&](auto kernel, int64_t packs) {
    cuda::launch("strided_copy", cuda, kernel, cuda::elementwise_blocks(cuda, packs),
                 cuda::kElementwiseThreads, 0, s, x, y);
  };
  if (cuda::packs_fit<width>(s.length, x, y) && s.x_stride % width == 0 && s.y_stride % width == 0)
    run(cuda::strided_copy_kernel<width, Storage>, s.rows * s.length / width);
  else
    run(cuda::strided_copy_kernel<1, Storage>, s.rows * s.length);
}

template void strided_copy(Cuda, const StridedCopyShape&, const float*, float*);
template void strided_copy(Cuda, const StridedCopyShape&, const bfloat16*, bfloat16*);

}  // namespace huegrad
