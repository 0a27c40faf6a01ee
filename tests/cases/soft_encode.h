// Colours and bins to encode, and comparison of the encodings.
#pragma once
#include <cmath>
#include <vector>

#include "data/ab_bins.h"
#include "tests/support/compare.h"

namespace huegrad::test {

// Inside the gamut, on ties of two and four bins, on the borders of the table's cells and far outside.
inline std::vector<float> colors_to_encode() {
  auto colors = random_values<float>(2500, 1, -135, 135);
  for (float a : {-120.f, -115.f, -5.f, 0.f, 5.f, 15.f, 119.99f, 119.999992f, 120.f, 1e6f})
    for (float b : {-120.f, 0.f, 5.f, 35.f, 119.999992f, 1000.f}) colors.insert(colors.end(), {a, b});
  return colors;
}

struct Encoding {
  int neighbours;
  std::vector<int32_t> index;
  std::vector<float> weight, entropy;

  Encoding(int64_t colors, int count)
      : neighbours(count),
        index(size_t(colors * count), -1),
        weight(poisoned<float>(colors * count)),
        entropy(poisoned<float>(colors)) {}
};

// How many places hold another bin than expected although it is not just as near; `slack`: the relative error
// of distances, larger where the colours themselves differ in the last digits.
inline int64_t wrong_bins(const AbBins& bins, const std::vector<float>& colors, const Encoding& actual,
                          const Encoding& expected, double slack = 1e-6) {
  int64_t wrong = 0;
  for (size_t i = 0; i < expected.index.size(); ++i) {
    if (actual.index[i] == expected.index[i]) continue;
    const auto distance = [&](int32_t bin) {
      if (bin < 0 || bin >= bins.count()) return double(NAN);
      const size_t color = i / size_t(expected.neighbours);
      return std::hypot(double(colors[2 * color]) - double(bins.centers()[size_t(2 * bin)]),
                        double(colors[2 * color + 1]) - double(bins.centers()[size_t(2 * bin + 1)]));
    };
    const double a = distance(actual.index[i]), b = distance(expected.index[i]);
    wrong += !(std::abs(a - b) <= slack * (1 + b));
  }
  return wrong;
}

}  // namespace huegrad::test
