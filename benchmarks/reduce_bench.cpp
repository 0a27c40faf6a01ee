#include "kernels/reduce.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const bool kSum = everywhere("sum", images({{1, 56, 56, 256}}), [](auto on, const Image& s) {
  const auto x = on.values(s.size());
  const auto y = on.floats(1);
  return Work{[=] { sum(on.backend(), s.size(), x.data(), y.data()); }, {.bytes = bytes_of(x)}};
});

static const bool kSumSquares =
    everywhere("sum_squares", images({{1, 56, 56, 256}}), [](auto on, const Image& s) {
      const auto x = on.values(s.size());
      const auto y = on.floats(1);
      return Work{[=] { sum_squares(on.backend(), s.size(), x.data(), y.data()); }, {.bytes = bytes_of(x)}};
    });

// Gradients of biases: of the first layer, of the colour branch and of its classifier.
static const bool kSumRows = everywhere(
    "sum_rows", images({{1, 224, 224, 64}, {1, 56, 56, 256}, {1, 56, 56, 313}}), [](auto on, const Image& s) {
      const auto x = on.values(s.size());
      const auto y = on.floats(s.channels);
      return Work{[=] { sum_rows(on.backend(), s.rows(), s.channels, x.data(), y.data()); },
                  {.bytes = bytes_of(x) + bytes_of(y)}};
    });

static const bool kArgmax =
    everywhere("argmax_channels", images({{1, 56, 56, 21}, {1, 56, 56, 313}}), [](auto on, const Image& s) {
      const auto x = on.values(s.size());
      const auto index = on.integers(s.rows(), 1);
      return Work{[=] { argmax_channels(on.backend(), s.rows(), s.channels, x.data(), index.data()); },
                  {.bytes = bytes_of(x) + bytes_of(index)}};
    });
