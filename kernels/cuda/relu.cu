#include "kernels/relu.h"

#include "kernels/cuda/elementwise.h"

namespace huegrad {
namespace cuda {
namespace {

struct Relu {
  __device__ float operator()(float x) const { return x > 0 ? x : 0; }
};
struct ReluGradient {
  __device__ float operator()(float y, float dy) const { return y > 0 ? dy : 0; }
};

}  // namespace
}  // namespace cuda

template <class Storage>
void relu_forward(Cuda cuda, int64_t size, const Storage* x, Storage* y) {
  cuda::elementwise("relu_forward", cuda, size, cuda::Relu{}, y, x);
}

template <class Storage>
void relu_backward(Cuda cuda, int64_t size, const Storage* y, const Storage* dy, Storage* dx) {
  cuda::elementwise("relu_backward", cuda, size, cuda::ReluGradient{}, dx, y, dy);
}

template void relu_forward(Cuda, int64_t, const float*, float*);
template void relu_forward(Cuda, int64_t, const bfloat16*, bfloat16*);
template void relu_backward(Cuda, int64_t, const float*, const float*, float*);
template void relu_backward(Cuda, int64_t, const bfloat16*, const bfloat16*, bfloat16*);

}  // namespace huegrad
