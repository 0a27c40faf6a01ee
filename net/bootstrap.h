// How far a figure of a data set could be off by the choice of its pictures: the percentile bootstrap (Efron
// 1979; Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13). n pictures are drawn
// from the n pictures, with replacement, many times; the middle 95 % of the figures of these resamples is the
// interval. Pictures are drawn and not pixels, because pixels of one picture resemble each other.
#pragma once
#include <cstdint>
#include <vector>

#include "core/generator.h"
#include "kernels/parallel.h"

namespace huegrad {

// Ends are NaN where the figure is not defined.
struct Interval {
  double low = 0, high = 0;
};

// A figure of all pictures, and of the resamples. Resample i is of the same pictures for every figure, so the
// difference of two figures is that of two paired measurements.
struct Resampled {
  double value = 0;
  std::vector<double> resamples = {};

  // The 2.5th and the 97.5th percentile, linear between neighbours, of the resamples in which the figure is
  // defined.
  Interval interval() const;
};
Resampled operator-(const Resampled& a, const Resampled& b);

struct BootstrapOptions {
  int64_t resamples = 1000;
  uint64_t seed = 0;
};

// pictures: what each adds to the sums that figures are made of (Sums{} is nothing, += adds). figures(sums)
// -> std::vector<double>, always as many. The result has an entry for each of them. Resample i draws its
// pictures from stream i of the seed: the same on every machine and for any number of threads.
template <class Sums, class Figures>
std::vector<Resampled> bootstrap(const std::vector<Sums>& pictures, const Figures& figures,
                                 const BootstrapOptions& options) {
  Sums all{};
  for (const Sums& picture : pictures) all += picture;
  std::vector<Resampled> result;
  for (const double value : figures(all))
    result.push_back({value, std::vector<double>(size_t(options.resamples))});
  parallel_for(0, options.resamples, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      Generator random(options.seed, uint64_t(i));
      Sums sums{};
      for (size_t n = 0; n < pictures.size(); ++n)
        sums += pictures[size_t(random.below(int64_t(pictures.size())))];
      const std::vector<double> values = figures(sums);
      for (size_t f = 0; f < values.size(); ++f) result[f].resamples[size_t(i)] = values[f];
    }
  });
  return result;
}

}  // namespace huegrad
