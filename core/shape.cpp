#include "core/shape.h"

#include <fmt/ranges.h>

#include "core/error.h"

namespace huegrad {

int64_t element_count(const Shape& shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    check(extent >= 0 && !__builtin_mul_overflow(count, extent, &count), "shape", "{} is not a shape",
          to_string(shape));
  return count;
}

std::string to_string(const Shape& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

}  // namespace huegrad
