// The ab bins where a backend computes.
#pragma once
#include "benchmarks/harness.h"
#include "data/ab_bins.h"

namespace huegrad::bench {

struct Bins {
  template <class Place>
  explicit Bins(const Place& on) : table(AbBins::zhang313().table()) {
    const int squares = table.cells * table.cells;
    centers = on.copy_of(std::vector<float>(table.centers, table.centers + 2 * table.bins));
    first = on.copy_of(std::vector<int32_t>(table.first, table.first + squares + 2));
    candidates =
        on.copy_of(std::vector<int32_t>(table.candidates, table.candidates + table.first[squares + 1]));
  }
  AbBinTable placed() const {
    AbBinTable result = table;
    result.centers = centers.data();
    result.first = first.data();
    result.candidates = candidates.data();
    return result;
  }

  AbBinTable table;  // of the host
  Array<float> centers;
  Array<int32_t> first, candidates;
};

}  // namespace huegrad::bench
