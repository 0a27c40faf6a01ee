// Marks small functions that host code and CUDA kernels share.
#pragma once

#ifdef __CUDACC__
#define HUEGRAD_HOST_DEVICE __host__ __device__
#else
#define HUEGRAD_HOST_DEVICE
#endif
