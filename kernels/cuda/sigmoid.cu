#include "kernels/sigmoid.h"

#include "kernels/cuda/elementwise.h"

namespace huegrad {
namespace cuda {
namespace {

// exp(-|x|) never overflows; for negative x the fraction is extended by exp(x).
struct Sigmoid {
  __device__ float operator()(float x) const {
    const float e = expf(-fabsf(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }
};
struct SigmoidGradient {
  __device__ float operator()(float y, float dy) const { return dy * y * (1 - y); }
};

}  // namespace
}  // namespace cuda

template <class Storage>
void sigmoid_forward(Cuda cuda, int64_t size, const Storage* x, Storage* y) {
  cuda::elementwise("sigmoid_forward", cuda, size, cuda::Sigmoid{}, y, x);
}

template <class Storage>
void sigmoid_backward(Cuda cuda, int64_t size, const Storage* y, const Storage* dy, Storage* dx) {
  cuda::elementwise("sigmoid_backward", cuda, size, cuda::SigmoidGradient{}, dx, y, dy);
}

template void sigmoid_forward(Cuda, int64_t, const float*, float*);
template void sigmoid_forward(Cuda, int64_t, const bfloat16*, bfloat16*);
template void sigmoid_backward(Cuda, int64_t, const float*, const float*, float*);
template void sigmoid_backward(Cuda, int64_t, const bfloat16*, const bfloat16*, bfloat16*);

}  // namespace huegrad
