// Values of the 313 ab bins, drawn at their places in the ab plane as inline SVG.
#pragma once
#include <string>
#include <vector>

namespace huegrad {

struct AbPlaneChart {
  std::string title;
  std::string unit;            // follows a value: "% of all colours"
  std::vector<double> values;  // of AbBins::zhang313(), >= 0
};

// A <figure>: a square per bin in the bin's own colour at L = 65, the larger the larger its value, on a
// logarithmic scale from the least value that is not 0 to the greatest; none for 0. a points to the right, b
// up. Empty when the values are not those of 313 bins.
std::string ab_plane_chart(const AbPlaneChart& chart);

}  // namespace huegrad
