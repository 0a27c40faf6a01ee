#include <algorithm>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/scratch.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

// Up to this size of C, partial results cost little memory.
constexpr int64_t kSmallOutput = 32768;
constexpr int64_t kPieceDepth = 2048;
constexpr int64_t kMostPieces = 16;

int64_t pieces_of(const GemmShape& shape) {
  if (shape.m * shape.n > kSmallOutput) return 1;
  return std::clamp<int64_t>((shape.k_last - shape.k_first) / kPieceDepth, 1, kMostPieces);
}

}  // namespace

void gemm_long(const GemmShape& shape, const GemmOperand& a, const GemmOperand& b, float* c) {
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
