// What a machine reaches at the two things that networks are made of, measured by running them. Work bounded
// by them takes at least max(bytes / bytes_per_second, flops / flops_per_second): Williams et al. 2009,
// "Roofline". An algorithm that multiplies less than the definition (Winograd) can be faster than that.
#pragma once
#include "core/device.h"
#include "core/dtype.h"
#include "kernels/cuda_context.h"

namespace huegrad {

struct Ceilings {
  double bytes_per_second = 0;  // copying: bytes read and bytes written
  double flops_per_second = 0;  // large products of matrices, two for each multiply-accumulate
};

// storage: of the values. On CUDA a copy is the faster of the driver's and of our kernel, a product that of
// NVIDIA's library, where there is one, and of our kernel, in TF32 if the context says so. Takes about a
// second.
Ceilings measure_ceilings(Device device, DType storage = DType::float32);

// Products of n x n matrices by one of those who can compute them (the choice matters on CUDA only).
double product_flops_per_second(Device device, DType storage, ConvolutionChoice choice);

}  // namespace huegrad
