#include "kernels/cpu/packed_panels.h"

#include <algorithm>

#include "kernels/cpu/ceil_div.h"
#include "kernels/cpu/gemm_digits.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

int64_t panels_of(int64_t n) { return ceil_div(n, gemm_panel_width()); }

}  // namespace

int64_t panel_size(int64_t depth, bool digits) {
  return digits ? digit_panel_size(depth) : depth * gemm_panel_width();
}

void pack_panel(const GemmOperand& operand, int64_t n, int64_t panel, int64_t first, int64_t depth,
                float* to) {
  const int64_t width = gemm_panel_width(), item = panel * width;
  for (int64_t k = 0; k < depth; k += kGemmDepth)
    operand.pack(item, std::min(width, n - item), first + k, std::min(kGemmDepth, depth - k), width,
                 to + k * width);
}

int64_t packed_size(int64_t n, int64_t depth, bool digits) {
  return panels_of(n) * panel_size(depth, digits);
}

PackedPanels pack_panels(const GemmOperand& operand, int64_t n, int64_t depth, bool digits, float* to) {
  const int64_t width = gemm_panel_width();
  parallel_for(0, panels_of(n), 1, [&](int64_t begin, int64_t end) {
    thread_local Scratch scratch;
    for (int64_t panel = begin; panel < end; ++panel) {
      float* there = to + panel * panel_size(depth, digits);
      float* floats = digits ? scratch.floats(depth * width) : there;
      pack_panel(operand, n, panel, 0, depth, floats);
      if (digits) pack_digit_panel(floats, depth, there);
    }
  });
  return {to, depth, digits};
}

PackedPanels pack_panels_once(const GemmOperand& operand, int64_t n, int64_t depth) {
  thread_local Scratch scratch;
  const bool digits = digits_suit(depth);
  return pack_panels(operand, n, depth, digits, scratch.floats(packed_size(n, depth, digits)));
}

}  // namespace huegrad
