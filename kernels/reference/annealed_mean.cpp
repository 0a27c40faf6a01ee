#include "kernels/annealed_mean.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace huegrad {
namespace {

// p = softmax(z / temperature); subtracting the largest logit first keeps every exponential within 0..1.
template <class Real>
void annealed_softmax(const AnnealedMeanShape& s, const Real* z, std::vector<double>& p) {
  const double largest = *std::max_element(z, z + s.bins);
  double sum = 0;
  for (int64_t q = 0; q < s.bins; ++q) sum += p[q] = std::exp((z[q] - largest) / s.temperature);
  for (double& value : p) value /= sum;
}

}  // namespace

template <class Real>
void annealed_mean_forward(Reference, const AnnealedMeanShape& s, const Real* logits, const Real* centers,
                           Real* ab) {
  std::vector<double> p(s.bins);
  for (int64_t i = 0; i < s.rows; ++i) {
    annealed_softmax(s, logits + i * s.bins, p);
    double a = 0, b = 0;
    for (int64_t q = 0; q < s.bins; ++q) {
      a += p[q] * centers[2 * q];
      b += p[q] * centers[2 * q + 1];
    }
    ab[2 * i] = Real(a);
    ab[2 * i + 1] = Real(b);
  }
}

template <class Real>
void annealed_mean_backward(Reference, const AnnealedMeanShape& s, const Real* logits, const Real* centers,
                            const Real* ab, const Real* dab, Real* dlogits) {
  std::vector<double> p(s.bins);
  for (int64_t i = 0; i < s.rows; ++i) {
    annealed_softmax(s, logits + i * s.bins, p);
    for (int64_t q = 0; q < s.bins; ++q) {
      const double dp = (double(centers[2 * q]) - ab[2 * i]) * dab[2 * i] +
                        (double(centers[2 * q + 1]) - ab[2 * i + 1]) * dab[2 * i + 1];
      dlogits[i * s.bins + q] = Real(p[q] / s.temperature * dp);
    }
  }
}

template void annealed_mean_forward(Reference, const AnnealedMeanShape&, const float*, const float*, float*);
template void annealed_mean_forward(Reference, const AnnealedMeanShape&, const double*, const double*,
                                    double*);
template void annealed_mean_backward(Reference, const AnnealedMeanShape&, const float*, const float*,
                                     const float*, const float*, float*);
template void annealed_mean_backward(Reference, const AnnealedMeanShape&, const double*, const double*,
                                     const double*, const double*, double*);

}  // namespace huegrad
