#include "kernels/sigmoid.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const bool kForward =
    everywhere("sigmoid_forward", images({{1, 56, 56, 256}}), [](auto on, const Image& s) {
      const auto x = on.values(s.size(), -8, 8), y = on.values(s.size());
      return Work{[=] { sigmoid_forward(on.backend(), s.size(), x.data(), y.data()); },
                  {.bytes = bytes_of(x, y), .exponentials = double(s.size())}};
    });

static const bool kBackward =
    everywhere("sigmoid_backward", images({{1, 56, 56, 256}}), [](auto on, const Image& s) {
      const auto y = on.values(s.size(), 0, 1), dy = on.values(s.size()), dx = on.values(s.size());
      return Work{[=] { sigmoid_backward(on.backend(), s.size(), y.data(), dy.data(), dx.data()); },
                  {.bytes = bytes_of(y, dy, dx)}};
    });
