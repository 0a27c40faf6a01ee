// Shapes of max_pool and avg_pool: windows that tile, overlap, leave gaps, hang over the border.
#pragma once
#include <vector>

#include "kernels/max_pool.h"

namespace huegrad::test {

inline std::vector<Pool2dShape> pool_cases() {
  return {
      {.batch = 2, .in_height = 28, .in_width = 28, .channels = 64},
      {.batch = 1, .in_height = 1, .in_width = 1, .channels = 1, .kernel = 1, .stride = 1},
      {.batch = 3, .in_height = 7, .in_width = 5, .channels = 13},
      {.batch = 1, .in_height = 7, .in_width = 5, .channels = 3, .ceil_mode = true},
      {.batch = 2, .in_height = 9, .in_width = 11, .channels = 17, .kernel = 3, .stride = 2, .padding = 1},
      {.batch = 1, .in_height = 8, .in_width = 6, .channels = 5, .kernel = 3, .stride = 2, .ceil_mode = true},
      {.batch = 1, .in_height = 6, .in_width = 6, .channels = 8, .kernel = 3, .stride = 1, .padding = 1},
      {.batch = 1, .in_height = 10, .in_width = 10, .channels = 4, .kernel = 2, .stride = 3},
      {.batch = 1,
       .in_height = 5,
       .in_width = 5,
       .channels = 4,
       .kernel = 4,
       .stride = 3,
       .padding = 2,
       .ceil_mode = true},
  };
}

}  // namespace huegrad::test
