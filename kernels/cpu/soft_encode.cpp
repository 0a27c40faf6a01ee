#include "kernels/soft_encode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "kernels/parallel.h"

namespace huegrad {
namespace {

// A colour costs a few hundred nanoseconds.
constexpr int64_t kColorGrain = 64;

struct Neighbour {
  float distance2;
  int32_t index;
};
using Neighbours = std::array<Neighbour, kMostNeighbours>;

// Insertion of the candidates into the sorted list of the best `count`.
Neighbours nearest_bins(const AbBinTable& bins, int count, float a, float b) {
  Neighbours best;
  best.fill({std::numeric_limits<float>::infinity(), 0});
  const int cell = bins.cell(a, b);
  for (int32_t at = bins.first[cell]; at < bins.first[cell + 1]; ++at) {
    const int32_t bin = bins.candidates[at];
    const float distance2 = bins.distance2(bin, a, b);
    int place = count;
    while (place > 0 && distance2 < best[size_t(place - 1)].distance2) --place;
    if (place == count) continue;
    std::move_backward(best.begin() + place, best.begin() + count - 1, best.begin() + count);
    best[size_t(place)] = {distance2, bin};
  }
  return best;
}

}  // namespace

void soft_encode(Cpu, const SoftEncodeShape& s, const AbBinTable& bins, const float* ab, int32_t* index,
                 float* weight, float* entropy) {
  const float scale = -0.5f / (s.sigma * s.sigma);
  parallel_for(0, s.colors, kColorGrain, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const Neighbours best = nearest_bins(bins, s.neighbours, ab[2 * i], ab[2 * i + 1]);
      float* w = weight + i * s.neighbours;
      // With logarithms l relative to the nearest bin: p = exp(l) / sum, entropy = log(sum) - sum of p l.
      float sum = 0, weighted = 0;
      for (int j = 0; j < s.neighbours; ++j) {
        const float l = scale * (best[size_t(j)].distance2 - best[0].distance2);
        index[i * s.neighbours + j] = best[size_t(j)].index;
        sum += w[j] = std::exp(l);
        weighted += w[j] * l;
      }
      for (int j = 0; j < s.neighbours; ++j) w[j] /= sum;
      if (entropy) entropy[i] = std::log(sum) - weighted / sum;
    }
  });
}

}  // namespace huegrad
