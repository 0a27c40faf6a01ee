// The colours of a batch's grids.
#include "kernels/soft_encode.h"

#include "benchmarks/bins.h"
#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const bool kEncode =
    in_float("soft_encode", images({{1, 56, 56, 2}}), [](auto on, const Image& image) {
      const SoftEncodeShape s = {.colors = image.rows()};
      const Bins bins(on);
      const auto ab = on.floats(2 * s.colors, -80, 80), weight = on.floats(s.colors * s.neighbours),
                 entropy = on.floats(s.colors);
      const auto index = on.integers(s.colors * s.neighbours, 1);
      return Work{[=] {
                    soft_encode(on.backend(), s, bins.placed(), ab.data(), index.data(), weight.data(),
                                entropy.data());
                  },
                  {.bytes = bytes_of(ab, weight, entropy) + bytes_of(index),
                   .exponentials = 2.0 * double(s.colors * s.neighbours)}};
    });
