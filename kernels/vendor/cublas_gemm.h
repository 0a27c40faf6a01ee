// Matrix products by cuBLAS, row-major.
#pragma once
#include <cstdint>
#include <string>

#include "kernels/backend.h"
#include "kernels/float_types.h"

namespace huegrad::vendor {

// Empty if cuBLAS can be used; otherwise why not, and what was searched.
std::string cublas_unavailable();

// c (rows, columns) = a b, summed over `depth`. a is (rows, depth), stored as (depth, rows) where transposed;
// b is (depth, columns), stored as (columns, depth) where transposed.
struct GemmShape {
  int64_t rows = 0, columns = 0, depth = 0;
  bool transpose_a = false, transpose_b = false;
};

// "12x313x64" with ^T behind transposed sides
std::string to_string(const GemmShape& shape);

// Queues the product and returns true, or returns false having done nothing: the context's choice is not
// cuBLAS (kernels/vendor/library_choice.h), or under `automatic` cuBLAS does not open or an extent does not
// fit its 31 bits. Sums are float; float factors are rounded to TF32 where the context says so. Throws
// CudaError, also where the choice insists.
template <class Storage, class Out>
bool gemm(Cuda cuda, const GemmShape& shape, const Storage* a, const Storage* b, Out* c);

}  // namespace huegrad::vendor
