// Sums over rows, in one thread.
#pragma once
#include <cstdint>

namespace huegrad {

// totals[c] += sum over i of x[i,c], from the first row to the last (kernels/cpu/reduce.cpp).
void add_rows(int64_t rows, int64_t channels, const float* x, double* totals);

}  // namespace huegrad
