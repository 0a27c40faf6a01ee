#include "kernels/strided_copy.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

// A third of the concatenation before the semantic head.
static const bool kConcat =
    everywhere("strided_copy", images({{1, 56, 56, 256}}), [](auto on, const Image& image) {
      constexpr int64_t kParts = 3;
      const StridedCopyShape s = {.rows = image.rows(),
                                  .length = image.channels,
                                  .x_stride = image.channels,
                                  .y_stride = kParts * image.channels};
      const auto x = on.values(s.rows * s.x_stride), y = on.values(s.rows * s.y_stride);
      return Work{[=] { strided_copy(on.backend(), s, x.data(), y.data()); }, {.bytes = bytes_of(x, x)}};
    });
