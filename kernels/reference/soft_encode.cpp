// Looks at every bin.
#include "kernels/soft_encode.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace huegrad {

void soft_encode(Reference, const SoftEncodeShape& s, const AbBinTable& bins, const float* ab, int32_t* index,
                 float* weight, float* entropy) {
  std::vector<int32_t> order(size_t(bins.bins));
  std::vector<double> likelihood(size_t(s.neighbours));
  for (int64_t i = 0; i < s.colors; ++i) {
    const auto distance2 = [&](int32_t bin) { return bins.distance2(bin, ab[2 * i], ab[2 * i + 1]); };
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, distance2);
    // Relative to the nearest, so that a colour far from all bins has weights too.
    for (int j = 0; j < s.neighbours; ++j)
      likelihood[size_t(j)] = std::exp((double(distance2(order[0])) - double(distance2(order[size_t(j)]))) /
                                       (2 * double(s.sigma) * double(s.sigma)));
    const double sum = std::accumulate(likelihood.begin(), likelihood.end(), 0.0);
    double h = 0;
    for (int j = 0; j < s.neighbours; ++j) {
      const double p = likelihood[size_t(j)] / sum;
      index[i * s.neighbours + j] = order[size_t(j)];
      weight[i * s.neighbours + j] = float(p);
      if (p > 0) h -= p * std::log(p);
    }
    if (entropy) entropy[i] = float(h);
  }
}

}  // namespace huegrad
