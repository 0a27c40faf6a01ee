// The network's output grid: a cell for 4x4 pixels, with the colour and the label at its centre, which is
// pixel (4i + 2, 4j + 2).
#pragma once
#include <cstdint>

namespace huegrad {

inline constexpr int64_t kGridStride = 4, kGridOffset = 2;

}  // namespace huegrad
