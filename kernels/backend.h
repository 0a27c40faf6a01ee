// Where a kernel runs. A kernel is a leaf function: pointers, a shape struct and one of these tags; it
// allocates nothing a caller could see, knows no tensors and no globals. Overload resolution picks the
// implementation:
//
//   conv2d_forward(Reference{}, ...)   the definition: plain loops, float and double; read this one
//   conv2d_forward(Cpu{}, ...)         SIMD and threads, float; checked against the definition
//   conv2d_forward(Cuda{context}, ...) CUDA, float and bfloat16: queued on the context's stream, pointers are
//                                      device memory; checked against the definition too
//
// All arrays are dense. Images are NHWC: (batch, height, width, channels), channels contiguous.
// Outputs are overwritten, never read, unless a comment says "adds to"; inputs and outputs do not overlap
// unless a comment says "may be the same".
#pragma once

namespace huegrad {

struct Reference {};
struct Cpu {};

class CudaContext;  // kernels/cuda_context.h
struct Cuda {
  CudaContext* context = nullptr;
};

}  // namespace huegrad
