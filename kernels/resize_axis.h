// What an output pixel of resize reads along one axis; rows and columns are independent.
#pragma once
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/host_device.h"
#include "kernels/resize.h"

namespace huegrad {

HUEGRAD_HOST_DEVICE inline double filter_weight(ResizeFilter filter, double t) {
  t = t < 0 ? -t : t;
  if (filter == ResizeFilter::triangle) return t < 1 ? 1 - t : 0;
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

struct ResizeAxis {
  int64_t from, to;  // extents
  ResizeFilter filter;

  HUEGRAD_HOST_DEVICE double scale() const { return double(from) / double(to); }
  HUEGRAD_HOST_DEVICE double stretch() const { return scale() > 1 ? scale() : 1; }
  HUEGRAD_HOST_DEVICE double reach() const { return (filter == ResizeFilter::cubic ? 2 : 1) * stretch(); }
  HUEGRAD_HOST_DEVICE int64_t most_taps() const { return int64_t(std::ceil(2 * reach())) + 1; }
};

// Inputs `first` up to `first + count`, and their weights.
class ResizeTaps {
 public:
  HUEGRAD_HOST_DEVICE ResizeTaps(const ResizeAxis& axis, int64_t output)
      : filter_(axis.filter),
        center_(rounded_product(double(output) + 0.5, axis.scale()) - 0.5),
        stretch_(axis.stretch()),
        sum_(0) {
    const auto begin = int64_t(std::ceil(center_ - axis.reach()));
    const auto last = int64_t(std::floor(center_ + axis.reach()));
    first = begin < 0 ? 0 : begin;
    count = (last < axis.from ? last + 1 : axis.from) - first;
    for (int64_t k = 0; k < count; ++k) sum_ += raw_weight(k);
  }
  HUEGRAD_HOST_DEVICE double weight(int64_t k) const { return raw_weight(k) / sum_; }

  int64_t first, count;

 private:
  HUEGRAD_HOST_DEVICE double raw_weight(int64_t k) const {
    return filter_weight(filter_, (double(first + k) - center_) / stretch_);
  }

  ResizeFilter filter_;
  double center_, stretch_, sum_;
};

// A sum of weighted samples as a sample.
template <class Sample, class Real>
HUEGRAD_HOST_DEVICE Sample resized_sample(Real value) {
  if constexpr (std::is_floating_point_v<Sample>) {
    return Sample(value);
  } else {
    constexpr auto most = Real(std::numeric_limits<Sample>::max());
    return Sample((value < 0 ? 0 : value > most ? most : value) + Real(0.5));
  }
}

}  // namespace huegrad
