// Memory-bound: the statistics read x once, the backward pass reads x and dy twice. Sums are kept in double.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/batch_norm.cpp"
#include "kernels/batch_norm.h"

#include <cmath>
#include <vector>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/fixed_sums.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// sum[c] += x - shift[c], squares[c] += (x - shift[c])^2 over the rows
void moments_of_rows(int64_t rows, int64_t channels, const float* x, const float* shift, double* sum,
                     double* squares) {
  for (int64_t i = 0; i < rows; ++i, x += channels)
    for_each_double_vector(channels, [=](auto d, int64_t c) HWY_ATTR {
      const auto difference = hn::Sub(load_double(d, x + c), load_double(d, shift + c));
      hn::StoreU(hn::Add(hn::LoadU(d, sum + c), difference), d, sum + c);
      hn::StoreU(hn::MulAdd(difference, difference, hn::LoadU(d, squares + c)), d, squares + c);
    });
}

// y = (x - mean) * factor + beta
void normalize_rows(int64_t rows, int64_t channels, const float* x, const float* mean, const float* factor,
                    const float* beta, float* y) {
  for (int64_t i = 0; i < rows; ++i, x += channels, y += channels)
    for_each_vector(channels, [=](auto d, int64_t c) HWY_ATTR {
      const auto centered = hn::Sub(hn::LoadU(d, x + c), hn::LoadU(d, mean + c));
      const auto offset = beta ? hn::LoadU(d, beta + c) : hn::Zero(d);
      hn::StoreU(hn::MulAdd(centered, hn::LoadU(d, factor + c), offset), d, y + c);
    });
}

// sum[c] += dy, products[c] += dy * (x - mean[c]) over the rows
void gradient_sums_of_rows(int64_t rows, int64_t channels, const float* x, const float* mean, const float* dy,
                           double* sum, double* products) {
  for (int64_t i = 0; i < rows; ++i, x += channels, dy += channels)
    for_each_double_vector(channels, [=](auto d, int64_t c) HWY_ATTR {
      const auto gradient = load_double(d, dy + c);
      const auto centered = hn::Sub(load_double(d, x + c), load_double(d, mean + c));
      hn::StoreU(hn::Add(hn::LoadU(d, sum + c), gradient), d, sum + c);
      hn::StoreU(hn::MulAdd(gradient, centered, hn::LoadU(d, products + c)), d, products + c);
    });
}

// dx = factor * (dy - mean_dy - (x - mean) * slope)
void input_gradient_of_rows(int64_t rows, int64_t channels, const float* x, const float* mean,
                            const float* factor, const float* mean_dy, const float* slope, const float* dy,
                            float* dx) {
  for (int64_t i = 0; i < rows; ++i, x += channels, dy += channels, dx += channels)
    for_each_vector(channels, [=](auto d, int64_t c) HWY_ATTR {
      const auto centered = hn::Sub(hn::LoadU(d, x + c), hn::LoadU(d, mean + c));
      const auto gradient = hn::Sub(hn::LoadU(d, dy + c), hn::LoadU(d, mean_dy + c));
      const auto rest = hn::NegMulAdd(centered, hn::LoadU(d, slope + c), gradient);
      hn::StoreU(hn::Mul(hn::LoadU(d, factor + c), rest), d, dx + c);
    });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(moments_of_rows);
HWY_EXPORT(normalize_rows);
HWY_EXPORT(gradient_sums_of_rows);
HWY_EXPORT(input_gradient_of_rows);

namespace {

// gamma / deviation
std::vector<float> channel_factors(const BatchNormShape& s, const float* variance, const float* gamma) {
  std::vector<float> factors(s.channels);
  for (int64_t c = 0; c < s.channels; ++c)
    factors[c] = float((gamma ? gamma[c] : 1) / std::sqrt(variance[c] + s.epsilon));
  return factors;
}

}  // namespace

// One pass. Subtracting the first row keeps the digits that a large mean would cost.
void batch_norm_statistics(Cpu, const BatchNormShape& s, const float* x, float* mean, float* variance) {
  const auto sums = sum_in_blocks(
      s.rows, row_grain(s.channels), 2 * s.channels, [&](int64_t first, int64_t last, double* totals) {
        HWY_DYNAMIC_DISPATCH(moments_of_rows)
        (last - first, s.channels, x + first * s.channels, x, totals, totals + s.channels);
      });
  for (int64_t c = 0; c < s.channels; ++c) {
    const double shifted = sums[c] / double(s.rows);
    mean[c] = float(x[c] + shifted);
    variance[c] = float(std::max(0.0, sums[s.channels + c] / double(s.rows) - shifted * shifted));
  }
}

void batch_norm_forward(Cpu, const BatchNormShape& s, const float* x, const float* mean,
                        const float* variance, const float* gamma, const float* beta, float* y) {
  const auto factors = channel_factors(s, variance, gamma);
  parallel_for(0, s.rows, row_grain(s.channels), [&](int64_t first, int64_t last) {
    const int64_t offset = first * s.channels;
    HWY_DYNAMIC_DISPATCH(normalize_rows)
    (last - first, s.channels, x + offset, mean, factors.data(), beta, y + offset);
  });
}

void batch_norm_backward(Cpu, const BatchNormShape& s, bool through_statistics, const float* x,
                         const float* mean, const float* variance, const float* gamma, const float* dy,
                         float* dx, float* dgamma, float* dbeta) {
  const auto factors = channel_factors(s, variance, gamma);
  std::vector<float> mean_dy(s.channels), slope(s.channels);
  if (through_statistics || dgamma || dbeta) {
    const auto sums = sum_in_blocks(
        s.rows, row_grain(s.channels), 2 * s.channels, [&](int64_t first, int64_t last, double* totals) {
          const int64_t offset = first * s.channels;
          HWY_DYNAMIC_DISPATCH(gradient_sums_of_rows)
          (last - first, s.channels, x + offset, mean, dy + offset, totals, totals + s.channels);
        });
    for (int64_t c = 0; c < s.channels; ++c) {
      const double squared_deviation = variance[c] + s.epsilon, products = sums[s.channels + c];
      if (dgamma) dgamma[c] = float(products / std::sqrt(squared_deviation));
      if (dbeta) dbeta[c] = float(sums[c]);
      if (!through_statistics) continue;
      mean_dy[c] = float(sums[c] / double(s.rows));
      slope[c] = float(products / squared_deviation / double(s.rows));
    }
  }
  parallel_for(0, s.rows, row_grain(s.channels), [&](int64_t first, int64_t last) {
    const int64_t offset = first * s.channels;
    HWY_DYNAMIC_DISPATCH(input_gradient_of_rows)
    (last - first, s.channels, x + offset, mean, factors.data(), mean_dy.data(), slope.data(), dy + offset,
     dx + offset);
  });
}

}  // namespace huegrad
#endif
