// The extents of a tensor, outermost first. Images are NHWC: {batch, height, width, channels}.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace huegrad {

using Shape = std::vector<int64_t>;

// Number of elements; 1 for the empty shape (a scalar). Throws Error(usage) on a negative extent or overflow.
int64_t element_count(const Shape& shape);

// "8x56x56x313"; "scalar" for the empty shape.
std::string to_string(const Shape& shape);

}  // namespace huegrad
