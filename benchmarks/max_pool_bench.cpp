#include "kernels/max_pool.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static Pool2dShape pool_of(const Image& s) {
  return {.batch = s.batch, .in_height = s.height, .in_width = s.width, .channels = s.channels};
}

static const bool kForward =
    everywhere("max_pool_forward", images({{1, 56, 56, 256}}), [](auto on, const Image& image) {
      const Pool2dShape s = pool_of(image);
      const auto x = on.values(s.input_size()), y = on.values(s.output_size());
      const auto argmax = on.integers(s.output_size(), 1);
      return Work{[=] { max_pool_forward(on.backend(), s, x.data(), y.data(), argmax.data()); },
                  {.bytes = bytes_of(x, y) + bytes_of(argmax)}};
    });

static const bool kBackward =
    everywhere("max_pool_backward", images({{1, 56, 56, 256}}), [](auto on, const Image& image) {
      const Pool2dShape s = pool_of(image);
      const auto dy = on.values(s.output_size()), dx = on.values(s.input_size());
      const auto argmax = on.integers(s.output_size(), int32_t(s.in_height * s.in_width));
      return Work{[=] { max_pool_backward(on.backend(), s, argmax.data(), dy.data(), dx.data()); },
                  {.bytes = bytes_of(dy, dx) + bytes_of(argmax)}};
    });
