#include "kernels/cpu/packed_operand.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace huegrad {

PackedOperand::PackedOperand(const GemmOperand& operand, int64_t items, int64_t depth)
    : depth_(depth), width_(gemm_panel_width()), panels_((items + width_ - 1) / width_) {
  data_ = hwy::AllocateAligned<float>(size_t(panels_ * depth_ * width_));
  parallel_for(0, panels_, 1, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel)
      for (int64_t k = 0; k < depth; k += kGemmDepth)
        operand.pack(panel * width_, std::min(width_, items - panel * width_), k,
                     std::min(kGemmDepth, depth - k), width_, data_.get() + (panel * depth + k) * width_);
  });
}

const float* PackedOperand::panel(int64_t item_first, int64_t, int64_t k_first, int64_t, int64_t,
                                  float*) const {
  return data_.get() + (item_first / width_ * depth_ + k_first) * width_;
}

void PackedOperand::pack(int64_t item_first, int64_t items, int64_t k_first, int64_t depth, int64_t width,
                         float* packed) const {
  std::copy_n(panel(item_first, items, k_first, depth, width, packed), depth * width, packed);
}

}  // namespace huegrad
