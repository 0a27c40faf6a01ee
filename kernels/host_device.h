// For small functions that host code and CUDA kernels share.
#pragma once

#ifdef __CUDACC__
#define HUEGRAD_HOST_DEVICE __host__ __device__
#else
#define HUEGRAD_HOST_DEVICE
#endif

namespace huegrad {

// a * b, rounded before anything is added to it: nvcc fuses a product with a sum, the host's compiler does
// not. For results that must have the same bits everywhere.
HUEGRAD_HOST_DEVICE inline float rounded_product(float a, float b) {
#ifdef __CUDA_ARCH__
  return __fmul_rn(a, b);
#else
  return a * b;
#endif
}
HUEGRAD_HOST_DEVICE inline double rounded_product(double a, double b) {
#ifdef __CUDA_ARCH__
  return __dmul_rn(a, b);
#else
  return a * b;
#endif
}

}  // namespace huegrad
