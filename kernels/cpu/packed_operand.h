// The right side of a product whose values do not change: packed once, instead of at every use.
#pragma once
#include <hwy/aligned_allocator.h>

#include <cstdint>

#include "kernels/cpu/gemm.h"

namespace huegrad {

class PackedOperand final : public GemmOperand {
 public:
  // All of an operand: `items` columns of `depth` values.
  PackedOperand(const GemmOperand& operand, int64_t items, int64_t depth);

  void pack(int64_t item_first, int64_t items, int64_t k_first, int64_t depth, int64_t width,
            float* packed) const override;
  const float* panel(int64_t item_first, int64_t items, int64_t k_first, int64_t depth, int64_t width,
                     float* space) const override;
  int64_t bytes() const { return panels_ * depth_ * width_ * int64_t(sizeof(float)); }

 private:
  int64_t depth_, width_, panels_;
  hwy::AlignedFreeUniquePtr<float[]> data_;  // (panel, k, column)
};

}  // namespace huegrad
