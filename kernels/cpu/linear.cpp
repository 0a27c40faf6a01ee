#include "kernels/linear.h"

#include "kernels/cpu/gemm.h"

namespace huegrad {

void linear_forward(Cpu, const LinearShape& s, const float* x, const float* w, const float* b, float* y) {
  gemm({.m = s.rows, .n = s.out_features, .k_first = 0, .k_last = s.in_features},
       MatrixOperand(x, s.in_features, 1), MatrixOperand(w, s.in_features, 1), {.bias = b},
       MatrixOutput(y, s.out_features));
}

void linear_backward_data(Cpu, const LinearShape& s, const float* w, const float* dy, float* dx) {
  gemm({.m = s.rows, .n = s.in_features, .k_first = 0, .k_last = s.out_features},
       MatrixOperand(dy, s.out_features, 1), MatrixOperand(w, 1, s.in_features), {},
       MatrixOutput(dx, s.in_features));
}

void linear_backward_weight(Cpu, const LinearShape& s, const float* x, const float* dy, float* dw) {
  gemm_long({.m = s.out_features, .n = s.in_features, .k_first = 0, .k_last = s.rows},
            MatrixOperand(dy, 1, s.out_features), MatrixOperand(x, 1, s.in_features), dw);
}

}  // namespace huegrad
