// The two ways a panel of a matrix operand is packed (see gemm.h), given where its pieces lie in memory.
#pragma once
#include <cstdint>

#include "kernels/cpu/gemm.h"

namespace huegrad {

// What a piece outside the image points to: kGemmDepth zeros.
const float* pack_zeros();

// Pieces contiguous along k: packed[k * width + i] = item[i][k] for i < width, k < depth.
void pack_transposed(const float* const* item, int64_t depth, int64_t width, float* packed);

// Pieces contiguous along the items: packed[k * width + i] = slice[k][i] for i < length, k < depth; the rest
// of each packed row is left alone.
void pack_copied(const float* const* slice, int64_t length, int64_t depth, int64_t width, float* packed);

}  // namespace huegrad
