// Values to test with, and comparison of what comes out.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/random.h"

namespace huegrad::test {

// Reproducible values, uniform in [low, high).
template <class Real>
std::vector<Real> random_values(int64_t size, uint64_t seed, double low = -1, double high = 1) {
  std::vector<Real> values(size);
  for (int64_t i = 0; i < size; ++i)
    values[i] = Real(low + (high - low) * (philox(seed, 0, uint64_t(i))[0] * 0x1p-32));
  return values;
}

// An output buffer that betrays what is not written (NaN) or read before it is written.
template <class Real>
std::vector<Real> poisoned(int64_t size) {
  return std::vector<Real>(size, std::numeric_limits<Real>::quiet_NaN());
}

inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Largest |actual - expected| / max(1, max |expected|); NaN anywhere gives infinity.
template <class A, class B>
double relative_error(const std::vector<A>& actual, const std::vector<B>& expected) {
  if (actual.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double worst = 0, largest = 1;
  for (size_t i = 0; i < actual.size(); ++i) {
    const double error = std::abs(double(actual[i]) - double(expected[i]));
    if (!(error <= std::numeric_limits<double>::max())) return std::numeric_limits<double>::infinity();
    worst = std::max(worst, error);
    largest = std::max(largest, std::abs(double(expected[i])));
  }
  return worst / largest;
}

}  // namespace huegrad::test
