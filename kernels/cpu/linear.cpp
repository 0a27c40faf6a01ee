#include "kernels/linear.h"

#include "kernels/cpu/gemm_long.h"
#include "kernels/cpu/gemm_rows.h"

namespace huegrad {

void linear_forward(Cpu, const LinearShape& s, const float* x, const float* w, const float* b, float* y) {
  const PackedPanels weights =
      pack_panels_once(MatrixOperand(w, s.in_features, 1), s.out_features, s.in_features);
  gemm_rows(s.rows, s.out_features, MatrixRows(x, s.in_features, s.in_features), weights, {.bias = b},
            MatrixOutput(y, s.out_features));
}

void linear_backward_data(Cpu, const LinearShape& s, const float* w, const float* dy, float* dx) {
  const PackedPanels weights =
      pack_panels_once(MatrixOperand(w, 1, s.in_features), s.in_features, s.out_features);
  gemm_rows(s.rows, s.in_features, MatrixRows(dy, s.out_features, s.out_features), weights, {},
            MatrixOutput(dx, s.in_features));
}

void linear_backward_weight(Cpu, const LinearShape& s, const float* x, const float* dy, float* dw) {
  gemm_long(s.out_features, s.in_features, s.rows, MatrixOperand(dy, 1, s.out_features),
            MatrixOperand(x, 1, s.in_features), dw);
}

}  // namespace huegrad
