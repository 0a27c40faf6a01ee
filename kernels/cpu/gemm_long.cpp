#include <algorithm>

#include "kernels/cpu/ceil_div.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/gemm_digits.h"
#include "kernels/cpu/scratch.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

// Up to this size of C, partial results cost little memory.
constexpr int64_t kSmallOutput = 32768;
constexpr int64_t kPieceDepth = 2048;
constexpr int64_t kMostPieces = 16;
// k that is converted to digits, and scaled, at a time: no more than multiply_digit_panels leaves whole,
// which cuts longer ones by the number of columns, and that is one of threads here.
constexpr int64_t kDigitPiece = kLeastDigitPiece;

int64_t pieces_of(const GemmShape& shape) {
  if (shape.m * shape.n > kSmallOutput) return 1;
  return std::clamp<int64_t>((shape.k_last - shape.k_first) / kPieceDepth, 1, kMostPieces);
}

// By digits: threads share the columns, so that each sums its own.
void multiply_long_by_digits(const GemmShape& shape, const GemmOperand& a, const GemmOperand& b, float* c) {
  const int64_t width = gemm_panel_width(), panel = kDigitPiece * width;
  const int64_t row_panels = ceil_div(shape.m, width);
  parallel_for(0, ceil_div(shape.n, width), 1, [&](int64_t begin, int64_t end) {
    thread_local Scratch scratch;
    float* a_panels = scratch.floats((row_panels + end - begin) * panel);
    float* b_panels = a_panels + row_panels * panel;
    for (int64_t k = shape.k_first; k < shape.k_last; k += kDigitPiece) {
      const int64_t depth = std::min(kDigitPiece, shape.k_last - k);
      for (int64_t i = 0; i < row_panels; ++i)
        pack_panel(a, shape.m, i, k, depth, a_panels + i * depth * width);
      for (int64_t i = begin; i < end; ++i)
        pack_panel(b, shape.n, i, k, depth, b_panels + (i - begin) * depth * width);
      multiply_digit_panels(shape.m, std::min(shape.n, end * width) - begin * width, depth, depth, a_panels,
                            b_panels, k > shape.k_first ? PanelOutput::add : PanelOutput::write,
                            c + begin * width, shape.n);
    }
  });
}

}  // namespace

void gemm_long(const GemmShape& shape, const GemmOperand& a, const GemmOperand& b, float* c) {
  if (digits_suit_gradient(shape.m, shape.n, shape.k_last - shape.k_first))
    return multiply_long_by_digits(shape, a, b, c);
  // Panels of columns are wide, panels of rows low: the short side of C is better off as rows.
  const bool transposed = shape.n < kGemmMaxWidth && shape.n < shape.m;
  const int64_t pieces = pieces_of(shape);
  if (pieces == 1 && !transposed) return gemm(shape, a, b, {}, MatrixOutput(c, shape.n));

  thread_local Scratch scratch;
  const int64_t size = shape.m * shape.n, length = shape.k_last - shape.k_first;
  float* partial = scratch.floats(pieces * size);
  parallel_for(0, pieces, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      GemmShape piece = shape;
      piece.k_first = shape.k_first + length * i / pieces;
      piece.k_last = shape.k_first + length * (i + 1) / pieces;
      if (transposed) std::swap(piece.m, piece.n);
      gemm(piece, transposed ? b : a, transposed ? a : b, {}, MatrixOutput(partial + i * size, piece.n));
    }
  });
  for (int64_t m = 0; m < shape.m; ++m)
    for (int64_t n = 0; n < shape.n; ++n) {
      const int64_t at = transposed ? n * shape.m + m : m * shape.n + n;
      float total = 0;
      for (int64_t i = 0; i < pieces; ++i) total += partial[i * size + at];
      c[m * shape.n + n] = total;
    }
}

}  // namespace huegrad
