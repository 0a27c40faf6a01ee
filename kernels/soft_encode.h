// soft_encode: colours as distributions over classes of colour, the ab bins (Zhang et al. 2016, section 2.2).
//
//   index[i, :]   the k bins nearest to colour i, nearest first, the lower index first in a tie
//   weight[i, j] = exp(-d_j^2 / (2 sigma^2)) / sum_j',  d_j the distance to bin index[i, j]
//   entropy[i]   = -sum_j weight[i, j] log weight[i, j], in nats
//
// ab (colors, 2), any finite values; index and weight (colors, neighbours); entropy (colors), or null.
// Distances are float and the same on every device, so all agree on what is a tie.
#pragma once
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/host_device.h"

namespace huegrad {

inline constexpr int kMostNeighbours = 16;

// The bins, and where to look for the nearest: the plane is cut into cells x cells squares around 0, each
// with all bins that can be among the kMostNeighbours nearest of a colour in it, ascending. Those of square
// i, by a then b, are candidates[first[i]] up to candidates[first[i + 1]]; after the squares come those of
// colours outside of all.
struct AbBinTable {
  int bins = 0, cells = 0;
  float cell_size = 0;
  const float* centers = nullptr;       // (bins, 2)
  const int32_t* first = nullptr;       // (cells * cells + 2)
  const int32_t* candidates = nullptr;  // (first[cells * cells + 1])

  HUEGRAD_HOST_DEVICE int cell(float a, float b) const {
    const float extent = cell_size * float(cells) / 2;
    const bool inside = a > -extent && a < extent && b > -extent && b < extent;
    if (!inside) return cells * cells;
    const int row = int((a + extent) / cell_size), column = int((b + extent) / cell_size);
    return (row < cells ? row : cells - 1) * cells + (column < cells ? column : cells - 1);
  }
  HUEGRAD_HOST_DEVICE float distance2(int bin, float a, float b) const {
    const float da = a - centers[2 * bin], db = b - centers[2 * bin + 1];
    return rounded_product(da, da) + rounded_product(db, db);
  }
};

struct SoftEncodeShape {
  int64_t colors = 0;
  int neighbours = 10;  // 1..kMostNeighbours
  float sigma = 5;
};

void soft_encode(Reference, const SoftEncodeShape& shape, const AbBinTable& bins, const float* ab,
                 int32_t* index, float* weight, float* entropy);
void soft_encode(Cpu, const SoftEncodeShape& shape, const AbBinTable& bins, const float* ab, int32_t* index,
                 float* weight, float* entropy);
void soft_encode(Cuda, const SoftEncodeShape& shape, const AbBinTable& bins, const float* ab, int32_t* index,
                 float* weight, float* entropy);

}  // namespace huegrad
