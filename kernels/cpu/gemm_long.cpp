#include "kernels/cpu/gemm_long.h"

#include <algorithm>

#include "kernels/cpu/ceil_div.h"
#include "kernels/cpu/gemm_digits.h"
#include "kernels/cpu/packed_panels.h"
#include "kernels/cpu/scratch.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

// Up to this size of C, partial results cost little memory.
constexpr int64_t kSmallOutput = 32768;
constexpr int64_t kPieceDepth = 2048;
constexpr int64_t kMostPieces = 16;
// What is packed at a time: so much of k, of all rows and of so many columns. Digits are scaled over that
// much.
constexpr int64_t kPackedDepth = kLeastDigitPiece, kPackedColumns = 256;
// Multiply-accumulates worth a thread: about 10 us.
constexpr int64_t kGrain = 1 << 19;

struct Range {
  int64_t first, last;
  int64_t size() const { return last - first; }
};

// A share of [0, size), cut at multiples of `unit`.
Range share(int64_t size, int64_t unit, int64_t i, int64_t shares) {
  const int64_t units = ceil_div(size, unit);
  return {units * i / shares * unit, std::min(size, units * (i + 1) / shares * unit)};
}

struct LongProduct {
  int64_t m, n;
  const GemmOperand &a, &b;
  bool digits;
  float* c;

  // Some rows and columns of C, which begin panels, summed over some of k. Panels of A stay in L2.
  void multiply(const Range& rows, const Range& columns, const Range& k) const {
    thread_local Scratch scratch;
    const int64_t width = gemm_panel_width();
    float* a_panels = scratch.floats(kPackedDepth * (ceil_div(rows.size(), width) * width + kPackedColumns));
    float* b_panels = a_panels + kPackedDepth * ceil_div(rows.size(), width) * width;
    for (int64_t first = k.first; first < k.last; first += kPackedDepth) {
      const int64_t depth = std::min(kPackedDepth, k.last - first);
      pack(a, m, rows, first, depth, a_panels);
      for (int64_t column = columns.first; column < columns.last; column += kPackedColumns) {
        const Range block = {column, std::min(column + kPackedColumns, columns.last)};
        pack(b, n, block, first, depth, b_panels);
        gemm_panels(rows.size(), block.size(), depth, depth, a_panels, b_panels, digits,
                    first > k.first ? PanelOutput::add : PanelOutput::write, c + rows.first * n + column, n);
      }
    }
  }

  static void pack(const GemmOperand& operand, int64_t items, const Range& some, int64_t first, int64_t depth,
                   float* panels) {
    const int64_t width = gemm_panel_width();
    for (int64_t i = some.first; i < some.last; i += width, panels += depth * width)
      pack_panel(operand, items, i / width, first, depth, panels);
  }

  // Threads share the longer side.
  void multiply(const Range& k) const {
    const int64_t width = gemm_panel_width();
    const bool by_rows = m > n;
    const int64_t panels = ceil_div(std::max(m, n), width);
    const int64_t shares =
        std::clamp<int64_t>(m * n * k.size() / kGrain, 1, std::min<int64_t>(panels, parallel_for_shares()));
    parallel_for(0, shares, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        multiply(by_rows ? share(m, width, i, shares) : Range{0, m},
                 by_rows ? Range{0, n} : share(n, width, i, shares), k);
    });
  }
};

int64_t pieces_of(int64_t m, int64_t n, int64_t k) {
  return m * n > kSmallOutput ? 1 : std::clamp<int64_t>(k / kPieceDepth, 1, kMostPieces);
}

}  // namespace

void gemm_long(int64_t m, int64_t n, int64_t k, const GemmOperand& a, const GemmOperand& b, float* c) {
  const int64_t pieces = pieces_of(m, n, k), size = m * n;
  const bool digits = digits_suit_gradient(m, n, k);
  if (pieces == 1) return LongProduct{m, n, a, b, digits, c}.multiply({0, k});
  thread_local Scratch scratch;
  float* partial = scratch.floats(pieces * size);
  parallel_for(0, pieces, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i)
      LongProduct{m, n, a, b, digits, partial + i * size}.multiply({k * i / pieces, k * (i + 1) / pieces});
  });
  for (int64_t i = 0; i < size; ++i) {
    float total = 0;
    for (int64_t piece = 0; piece < pieces; ++piece) total += partial[piece * size + i];
    c[i] = total;
  }
}

}  // namespace huegrad
