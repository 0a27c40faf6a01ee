// Colours, and the logits of classes, brought from the network's grid to its input's size.
#include "kernels/upsample.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const Cases<Image> kGrids = images({{1, 56, 56, 2}, {1, 56, 56, 21}});

static UpsampleShape upsample_of(const Image& s) {
  return {.batch = s.batch,
          .in_height = s.height,
          .in_width = s.width,
          .out_height = 4 * s.height,
          .out_width = 4 * s.width,
          .channels = s.channels};
}

static const bool kForward = everywhere("upsample_forward", kGrids, [](auto on, const Image& image) {
  const UpsampleShape s = upsample_of(image);
  const auto x = on.values(s.input_size()), y = on.values(s.output_size());
  return Work{[=] { upsample_forward(on.backend(), s, x.data(), y.data()); }, {.bytes = bytes_of(x, y)}};
});

static const bool kBackward = everywhere("upsample_backward", kGrids, [](auto on, const Image& image) {
  const UpsampleShape s = upsample_of(image);
  const auto dy = on.values(s.output_size()), dx = on.values(s.input_size());
  return Work{[=] { upsample_backward(on.backend(), s, dy.data(), dx.data()); }, {.bytes = bytes_of(dy, dx)}};
});
