#include "net/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace huegrad {
namespace {

// sorted, not empty
double percentile(const std::vector<double>& sorted, double share) {
  const double place = share * double(sorted.size() - 1);
  const auto below = size_t(place), above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - double(below));
}

}  // namespace

Interval Resampled::interval() const {
  std::vector<double> defined;
  std::ranges::copy_if(resamples, std::back_inserter(defined), [](double v) { return std::isfinite(v); });
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (defined.empty()) return {kNaN, kNaN};
  std::ranges::sort(defined);
  return {percentile(defined, 0.025), percentile(defined, 0.975)};
}

Resampled operator-(const Resampled& a, const Resampled& b) {
  Resampled difference{a.value - b.value, a.resamples};
  for (size_t i = 0; i < b.resamples.size(); ++i) difference.resamples[i] -= b.resamples[i];
  return difference;
}

}  // namespace huegrad
