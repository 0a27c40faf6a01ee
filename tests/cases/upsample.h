// Shapes of upsample: integer and fractional factors, up and down, one pixel.
#pragma once
#include <vector>

#include "kernels/upsample.h"

namespace huegrad::test {

inline std::vector<UpsampleShape> upsample_cases() {
  std::vector<UpsampleShape> cases;
  for (UpsampleMode mode : {UpsampleMode::nearest, UpsampleMode::bilinear})
    for (UpsampleShape s : std::vector<UpsampleShape>{
             {.batch = 2, .in_height = 14, .in_width = 14, .out_height = 28, .out_width = 28, .channels = 32},
             {.batch = 1, .in_height = 13, .in_width = 9, .out_height = 50, .out_width = 31, .channels = 2},
             {.batch = 3, .in_height = 10, .in_width = 7, .out_height = 4, .out_width = 3, .channels = 5},
             {.batch = 1, .in_height = 1, .in_width = 1, .out_height = 6, .out_width = 5, .channels = 17},
             {.batch = 1, .in_height = 6, .in_width = 5, .out_height = 1, .out_width = 1, .channels = 3},
             {.batch = 1, .in_height = 4, .in_width = 4, .out_height = 4, .out_width = 4, .channels = 8}}) {
      s.mode = mode;
      cases.push_back(s);
    }
  return cases;
}

}  // namespace huegrad::test
