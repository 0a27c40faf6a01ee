// The right side of gemm_rows: panels of columns, all of k in each, so that a panel is one stretch of memory.
#pragma once
#include <cstdint>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/scratch.h"

namespace huegrad {

// Columns of a panel on this processor, at most kGemmMaxWidth.
int64_t gemm_panel_width();

// Floats of a panel.
int64_t panel_size(int64_t depth, bool digits);

// Element (k, column) = panel(column / width)[k * width + column % width]; the last panel is filled up with
// zeros. Or, where digits_suit (gemm_digits.h) said so, panels of digits.
struct PackedPanels {
  const float* data = nullptr;
  int64_t depth = 0;
  bool digits = false;

  const float* panel(int64_t i) const { return data + i * panel_size(depth, digits); }
};

// k [first, first + depth) of one panel of an operand's n items, as floats: to[k * width + item].
void pack_panel(const GemmOperand& operand, int64_t n, int64_t panel, int64_t first, int64_t depth,
                float* to);

// Floats that n columns of `depth` take.
int64_t packed_size(int64_t n, int64_t depth, bool digits);
PackedPanels pack_panels(const GemmOperand& operand, int64_t n, int64_t depth, bool digits, float* to);

// For one use, as suits them: valid until the next call of the same thread.
PackedPanels pack_panels_once(const GemmOperand& operand, int64_t n, int64_t depth);

// Memory for panels that are kept.
class PackedMatrix {
 public:
  explicit PackedMatrix(int64_t size) : size_(size), data_(aligned_floats(size)) {}

  float* data() const { return data_.get(); }
  int64_t bytes() const { return size_ * int64_t(sizeof(float)); }

 private:
  int64_t size_;
  AlignedFloats data_;
};

}  // namespace huegrad
