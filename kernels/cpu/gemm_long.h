// The matrix product of weight gradients whose operands are not in panels yet: both sides are packed, a piece
// of k at a time, for gemm_panels.h.
#pragma once
#include <cstdint>

#include "kernels/cpu/gemm.h"

namespace huegrad {

// C (m, n), dense. It is often much smaller than k is long: then k is split into parts, as many as the shape
// (not the machine) asks for, that are summed in order.
void gemm_long(int64_t m, int64_t n, int64_t k, const GemmOperand& a, const GemmOperand& b, float* c);

}  // namespace huegrad
