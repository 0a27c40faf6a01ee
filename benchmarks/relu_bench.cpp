#include "kernels/relu.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const bool kForward = everywhere("relu_forward", activations(), [](auto on, const Image& s) {
  const auto x = on.values(s.size()), y = on.values(s.size());
  return Work{[=] { relu_forward(on.backend(), s.size(), x.data(), y.data()); }, {.bytes = bytes_of(x, y)}};
});

static const bool kBackward = everywhere("relu_backward", activations(), [](auto on, const Image& s) {
  const auto y = on.values(s.size()), dy = on.values(s.size()), dx = on.values(s.size());
  return Work{[=] { relu_backward(on.backend(), s.size(), y.data(), dy.data(), dx.data()); },
              {.bytes = bytes_of(y, dy, dx)}};
});

static const bool kBackwardBias =
    everywhere("relu_backward_bias", activations(), [](auto on, const Image& s) {
      const auto y = on.values(s.size()), dy = on.values(s.size()), dx = on.values(s.size());
      const auto db = on.floats(s.channels);
      return Work{[=] {
                    relu_backward_bias(on.backend(), s.size() / s.channels, s.channels, y.data(), dy.data(),
                                       dx.data(), db.data());
                  },
                  {.bytes = bytes_of(y, dy, dx)}};
    });
