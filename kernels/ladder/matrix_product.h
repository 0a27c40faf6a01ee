// A matrix product in five steps, to be read in order: each file adds one idea to the one before it, and the
// benchmark (benchmarks/ladder_bench.cpp) says what the idea is worth. Nothing is built on them; the products
// that are used (kernels/cuda/implicit_gemm.h, tile_math.h) are the last step, for images and every type.
//
//   y[i,j] = sum_k x[i,k] * w[j,k]      x (rows, depth), w (columns, depth), y (rows, columns), row by row
//
// step             what it adds                                     values read from memory for each product
// 1 naive          a thread for each value of y                     2
// 2 shared tile    a block shares what it reads                     2 / 16
// 3 register tile  a thread makes 4 x 4 values                      2 / 64; of shared memory 2 / 4, not 2
// 4 tensor core    a warp multiplies matrices in one instruction    the same, rounded to TF32
// 5 pipelined      the next slices arrive while this one is used    the same, and nobody waits for them
#pragma once
#include "kernels/backend.h"
#include "kernels/linear.h"

namespace huegrad::ladder {

// shape as in kernels/linear.h: rows, in_features (depth), out_features (columns), each at least 1.
using MatrixProduct = void (*)(Cuda, const LinearShape& shape, const float* x, const float* w, float* y);

void naive(Cuda, const LinearShape& shape, const float* x, const float* w, float* y);
void shared_tile(Cuda, const LinearShape& shape, const float* x, const float* w, float* y);
void register_tile(Cuda, const LinearShape& shape, const float* x, const float* w, float* y);
void tensor_core(Cuda, const LinearShape& shape, const float* x, const float* w, float* y);
// The depth must be a multiple of 4 and the arrays begin at multiples of 16 bytes; throws CudaError
// otherwise.
void pipelined(Cuda, const LinearShape& shape, const float* x, const float* w, float* y);

struct Step {
  const char* name;
  MatrixProduct product;
  bool rounds_to_tf32;
};
inline constexpr Step kSteps[] = {{"1_naive", naive, false},
                                  {"2_shared_tile", shared_tile, false},
                                  {"3_register_tile", register_tile, false},
                                  {"4_tensor_core", tensor_core, true},
                                  {"5_pipelined", pipelined, true}};

}  // namespace huegrad::ladder
