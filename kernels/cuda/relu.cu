#include "kernels/relu.h"

#include "kernels/cuda/elementwise.h"

namespace huegrad {
namespace cuda {
namespace {

template <class Storage>
__global__ void relu_forward_kernel(int64_t size, const Storage* x, Storage* y) {
  const int64_t step = int64_t(gridDim.x) * blockDim.x;
  for (int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x; i < size; i += step)
    y[i] = from_float<Storage>(fmaxf(to_float(x[i]), 0.0f));
}

template <class Storage>
__global__ void relu_backward_kernel(int64_t size, const Storage* y, const Storage* dy, Storage* dx) {
  const int64_t step = int64_t(gridDim.x) * blockDim.x;
  for (int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x; i < size; i += step)
    dx[i] = to_float(y[i]) > 0 ? dy[i] : from_float<Storage>(0.0f);
}

}  // namespace
}  // namespace cuda

template <class Storage>
void relu_forward(Cuda cuda, int64_t size, const Storage* x, Storage* y) {
  cuda::launch("relu_forward", cuda, cuda::relu_forward_kernel<Storage>, cuda::elementwise_blocks(cuda, size),
               cuda::kElementwiseThreads, 0, size, x, y);
}

template <class Storage>
void relu_backward(Cuda cuda, int64_t size, const Storage* y, const Storage* dy, Storage* dx) {
  cuda::launch("relu_backward", cuda, cuda::relu_backward_kernel<Storage>,
               cuda::elementwise_blocks(cuda, size), cuda::kElementwiseThreads, 0, size, y, dy, dx);
}

template void relu_forward(Cuda, int64_t, const float*, float*);
template void relu_forward(Cuda, int64_t, const bfloat16*, bfloat16*);
template void relu_backward(Cuda, int64_t, const float*, const float*, float*);
template void relu_backward(Cuda, int64_t, const bfloat16*, const bfloat16*, bfloat16*);

}  // namespace huegrad
