// The matrix product of forward passes and data gradients: C (m, n) = A (m, k) * B (k, n), B packed already.
//
// A row of A is read where it lies, as a list of runs (the channels of each pixel that it meets), so nothing
// of A is copied; and B, which at a batch of one is more memory than A and C together, is read once. For
// that, a block of rows of A stays in L2, a panel of B in L1, and a tile of C in registers for all of k. What
// gemm.h says of sums holds here too. Panels of digits are multiplied on tiles (gemm_digits.h).
#pragma once
#include <cstdint>
#include <vector>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/packed_panels.h"

namespace huegrad {

class GemmRows {
 public:
  virtual ~GemmRows() = default;
  // Lengths of the runs of every row, in the order of k.
  const std::vector<int64_t>& runs() const { return runs_; }
  // Floats of space that locate wants for a row, because its runs would be too short to read in place.
  virtual int64_t space() const { return 0; }
  // begin[run * count + i]: where run `run` of row first + i lies, in memory or, copied, in the space.
  virtual void locate(int64_t first, int64_t count, const float** begin, float* space) const = 0;

 protected:
  std::vector<int64_t> runs_;
};

// The rows of a dense matrix, `stride` apart.
class MatrixRows final : public GemmRows {
 public:
  MatrixRows(const float* data, int64_t stride, int64_t depth) : data_(data), stride_(stride) {
    runs_.push_back(depth);
  }
  void locate(int64_t first, int64_t count, const float** begin, float*) const override {
    for (int64_t i = 0; i < count; ++i) begin[i] = data_ + (first + i) * stride_;
  }

 private:
  const float* data_;
  int64_t stride_;
};

// What one thread computes: rows [m_first, m_last), columns [n_first, n_last) of C; n_first begins a panel.
struct RowsBlock {
  int64_t m_first, m_last, n_first, n_last;
  const GemmRows* a;
  const PackedPanels* b;
  const Conv2dEpilogue<float>* epilogue;
  const GemmOutput* c;
};

void gemm_rows(int64_t m, int64_t n, const GemmRows& a, const PackedPanels& b,
               const Conv2dEpilogue<float>& epilogue, const GemmOutput& c);

}  // namespace huegrad
