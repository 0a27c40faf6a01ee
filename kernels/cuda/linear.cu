// A linear layer is a matrix product: cuBLAS's, or a 1x1 convolution over a picture one pixel wide.
#include "kernels/linear.h"

#include "kernels/cuda/convolution.h"
#include "kernels/cuda/epilogue.h"
#include "kernels/vendor/cublas_gemm.h"

namespace huegrad {
namespace {

Conv2dShape as_convolution(const LinearShape& s) {
  return {1, s.rows, 1, s.in_features, s.out_features, 1, 1};
}

}  // namespace

template <class Storage>
void linear_forward(Cuda cuda, const LinearShape& s, const Storage* x, const Storage* w, const float* b,
                    Storage* y) {
  if (s.rows * s.out_features == 0) return;
  const Conv2dEpilogue<float> epilogue{.bias = b};
  if (vendor::gemm(cuda, {s.rows, s.out_features, s.in_features, false, true}, x, w, y))
    cuda::apply_epilogue(cuda, s.rows, s.out_features, epilogue, y);
  else
    cuda::convolution_forward(cuda, as_convolution(s), x, w, epilogue, y);
}

template <class Storage>
void linear_backward_data(Cuda cuda, const LinearShape& s, const Storage* w, const Storage* dy, Storage* dx) {
  if (s.rows * s.in_features == 0) return;
  if (!vendor::gemm(cuda, {s.rows, s.in_features, s.out_features}, dy, w, dx))
    cuda::convolution_backward_data(cuda, as_convolution(s), w, dy, {}, dx);
}

template <class Storage>
void linear_backward_weight(Cuda cuda, const LinearShape& s, const Storage* x, const Storage* dy, float* dw) {
  if (s.in_features * s.out_features == 0) return;
  if (!vendor::gemm(cuda, {s.out_features, s.in_features, s.rows, true, false}, dy, x, dw))
    cuda::convolution_backward_weight(cuda, as_convolution(s), x, dy, dw);
}

template void linear_forward(Cuda, const LinearShape&, const float*, const float*, const float*, float*);
template void linear_forward(Cuda, const LinearShape&, const bfloat16*, const bfloat16*, const float*,
                             bfloat16*);
template void linear_backward_data(Cuda, const LinearShape&, const float*, const float*, float*);
template void linear_backward_data(Cuda, const LinearShape&, const bfloat16*, const bfloat16*, bfloat16*);
template void linear_backward_weight(Cuda, const LinearShape&, const float*, const float*, float*);
template void linear_backward_weight(Cuda, const LinearShape&, const bfloat16*, const bfloat16*, float*);

}  // namespace huegrad
