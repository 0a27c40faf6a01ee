#include "kernels/cpu/packed_panels.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace huegrad {
namespace {

int64_t panels_of(int64_t n) { return (n + gemm_panel_width() - 1) / gemm_panel_width(); }

}  // namespace

int64_t packed_size(int64_t n, int64_t depth) { return panels_of(n) * gemm_panel_width() * depth; }

PackedPanels pack_panels(const GemmOperand& operand, int64_t n, int64_t depth, float* to) {
  const int64_t width = gemm_panel_width();
  parallel_for(0, panels_of(n), 1, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel)
      for (int64_t k = 0; k < depth; k += kGemmDepth)
        operand.pack(panel * width, std::min(width, n - panel * width), k, std::min(kGemmDepth, depth - k),
                     width, to + (panel * depth + k) * width);
  });
  return {to, depth};
}

}  // namespace huegrad
