// The 313 colour classes of Zhang et al., "Colorful image colorization", ECCV 2016, and soft encoding of
// colours over them. The list is generated: every point of the 10-spaced grid over -110..110 whose closed box
// of +-10 meets the convex hull of the ab projection of the sRGB cube, in order of a, then b. That is the
// list their model was trained with.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/tensor.h"
#include "kernels/soft_encode.h"

namespace huegrad {

class AbBins {
 public:
  // Built once, on first use; thread-safe.
  static const AbBins& zhang313();

  int count() const { return int(centers_.size() / 2); }
  std::span<const float> centers() const { return centers_; }  // (count, 2): a, b
  Tensor centers_on(Device device) const;                      // the same, float32

  // The nearest bin; the lower index wins a tie.
  int nearest(float a, float b) const;

  // soft_encode (kernels/soft_encode.h) of the colours ab (n, 2). index and weight: (n, neighbours). Zhang et
  // al. use 5 neighbours in the paper and 10 in the code; 1 <= neighbours <= kMaxNeighbours.
  static constexpr int kMaxNeighbours = kMostNeighbours;
  void soft_encode(std::span<const float> ab, int neighbours, float sigma, int32_t* index,
                   float* weight) const;

  // What kernels look bins up in, in host memory.
  AbBinTable table() const;

 private:
  AbBins();

  std::vector<float> centers_;
  // Per cell of 5x5 units over the grid: every bin that can be among the kMaxNeighbours nearest of any colour
  // in the cell, ascending. Cell i has candidates_[first_[i]] up to candidates_[first_[i + 1]].
  std::vector<int32_t> first_, candidates_;
};

}  // namespace huegrad
