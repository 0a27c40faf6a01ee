#include "kernels/avg_pool.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static Pool2dShape pool_of(const Image& s) {
  return {.batch = s.batch, .in_height = s.height, .in_width = s.width, .channels = s.channels};
}

static const bool kForward =
    everywhere("avg_pool_forward", images({{1, 56, 56, 256}}), [](auto on, const Image& image) {
      const Pool2dShape s = pool_of(image);
      const auto x = on.values(s.input_size()), y = on.values(s.output_size());
      return Work{[=] { avg_pool_forward(on.backend(), s, x.data(), y.data()); }, {.bytes = bytes_of(x, y)}};
    });

static const bool kBackward =
    everywhere("avg_pool_backward", images({{1, 56, 56, 256}}), [](auto on, const Image& image) {
      const Pool2dShape s = pool_of(image);
      const auto dy = on.values(s.output_size()), dx = on.values(s.input_size());
      return Work{[=] { avg_pool_backward(on.backend(), s, dy.data(), dx.data()); },
                  {.bytes = bytes_of(dy, dx)}};
    });
