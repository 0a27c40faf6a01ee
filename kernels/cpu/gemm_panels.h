// The matrix product of a weight gradient whose operands were written in panels: C (m, n) = A^T (m, k) * B
// (k, n).
//
// A and B are panels of gemm_panel_width() columns, `rows` of k in each, of which the first k are multiplied,
// the last panel filled up with anything: both are read as they lie, in the order of their memory.
#pragma once
#include <cstdint>

namespace huegrad {

enum class PanelOutput {
  add,     // to C
  write,   // over it
  stream,  // the same around the caches; its rows begin cache lines
};

// Rows of C are `stride` apart. digits: on tiles of integers (gemm_digits.h).
void gemm_panels(int64_t m, int64_t n, int64_t k, int64_t rows, const float* a, const float* b, bool digits,
                 PanelOutput output, float* c, int64_t stride);

}  // namespace huegrad
