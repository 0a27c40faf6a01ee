// The matrix products of gemm_rows.h and gemm_panels.h on tiles of integers (digit_tiles.h), where the
// processor has them: nearer to the truth than products of floats, at two to four times their rate.
#pragma once
#include "kernels/cpu/gemm_panels.h"
#include "kernels/cpu/gemm_rows.h"

namespace huegrad {

// Whether a product that sums over so much is computed by digits: where they are chosen (kernels/conv2d.h)
// and steps of 64 are mostly full.
bool digits_suit(int64_t depth);
// That of a weight gradient (m, n), of which both sides are converted for one use: if they are used enough.
bool digits_suit_gradient(int64_t m, int64_t n, int64_t k);

// A panel of 32 columns as gemm_rows reads it by digits: two tiles' columns, then the columns' factors.
int64_t digit_panel_size(int64_t depth);  // floats
// panel (depth, 32)
void pack_digit_panel(const float* panel, int64_t depth, float* to);

void multiply_digit_rows(const RowsBlock& block);
// Rows of A that are converted at a time and stay in L2.
int64_t digit_block_rows(int64_t depth);

// Rows of C are `stride` apart. k is scaled, and summed, in pieces that depend on n, of at least so many:
inline constexpr int64_t kLeastDigitPiece = 256;
void multiply_digit_panels(int64_t m, int64_t n, int64_t k, int64_t rows, const float* a, const float* b,
                           PanelOutput output, float* c, int64_t stride);

}  // namespace huegrad
